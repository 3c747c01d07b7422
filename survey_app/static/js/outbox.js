// What this phone keeps: drafts, ops, photos and a few facts, in IndexedDB, each user's apart.
// Upgrades only add; nothing here deletes an op that the server has not answered for.

/** @import {Draft, Entry, Facts, News, Note, Op, Photo, Status, Values, Visiting} from './types.js' */

const NAME = 'survey';
const VERSION = 2;
const KEEP = 30 * 24 * 3_600_000;
const OPEN = ['waiting', 'photos', 'attention'];
const STORES = ['ballast', 'drafts', 'meta', 'ops', 'photos'];
const SLOW = 3000;
const BALLAST = 5 * 1024 * 1024;
const FULL = 0.8; // of what the browser grants; beyond it what was delivered gives way
const ASKED = 1000; // digests a question
const TAKEN = ['released', 'replaced']; // what a server may have taken
const VOIDS = 1000; // numbers an op can say of that they will never come
const LONGEST = 16 * 3_600_000;
const SLICE = 250; // ops read at a time, so that a page with thousands still answers a finger

/** @type {Promise<IDBDatabase>|null} */
let opening = null;
const channel = new BroadcastChannel('outbox');

/** Tells every open page, this one too, that something here changed. @param {News} [news] */
export const announce = (news = {}) => channel.postMessage(news);

/** @param {(news: News) => void} hear */
export const listen = (hear) => new BroadcastChannel('outbox').addEventListener('message', ({data}) => hear(data));

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const answer = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** @param {number} [version] @returns {Promise<IDBDatabase>} */
function connect(version) {
  const request = indexedDB.open(NAME, version);
  request.onupgradeneeded = () => upgrade(request.result, /** @type {IDBTransaction} */ (request.transaction));
  let blocked = false;
  const warn = () => (blocked = true, announce({blocked}));
  request.onblocked = warn;
  const late = setTimeout(warn, SLOW); // a request behind one that is blocked hears nothing
  return answer(request).finally(() => clearTimeout(late)).then((db) => {
    if (blocked) announce({blocked: false});
    db.onversionchange = () => (forget(), db.close()); // the newer database serves this page too
    db.onclose = forget;
    return db;
  }, (error) => {
    // A newer version of the app was here; since upgrades only add, its database serves this one too.
    if (error.name === 'VersionError' && version) return connect();
    throw error;
  });
}

const forget = () => { opening = null; };

/** @param {IDBDatabase} db @param {IDBTransaction} tx */
function upgrade(db, tx) {
  /** @type {Record<string, IDBObjectStoreParameters>} */
  const keys = {ballast: {}, drafts: {keyPath: 'id'}, meta: {}, ops: {keyPath: 'op_id'}, photos: {keyPath: ['user', 'sha256']}};
  for (const name of STORES) if (!db.objectStoreNames.contains(name)) db.createObjectStore(name, keys[name]);
  const ops = tx.objectStore('ops');
  if (!ops.indexNames.contains('status')) ops.createIndex('status', ['user', 'status']);
}

/**
 * Runs `work` in one transaction and answers once it is on the disk, or fails and has changed nothing.
 * @template T @param {IDBTransactionMode} mode @param {(store: (name: string) => IDBObjectStore) => Promise<T>} work @returns {Promise<T>}
 */
async function transact(mode, work) {
  const begin = async () => (await (opening ??= connect(VERSION))).transaction(STORES, mode, {durability: 'strict'});
  const tx = await begin().catch(() => (forget(), begin())); // iOS closes a database under the page
  const done = new Promise((resolve, reject) => {
    tx.oncomplete = resolve;
    tx.onabort = () => reject(tx.error);
  });
  const [result] = await Promise.allSettled([work((name) => tx.objectStore(name))]);
  if (result.status === 'fulfilled') return done.then(() => result.value);
  done.catch(() => undefined);
  if (!tx.error) tx.abort();
  throw tx.error ?? result.reason;
}

/** UUIDv7. @param {number} [now] */
export function uuid(now = Date.now()) {
  const tail = [...crypto.getRandomValues(new Uint8Array(10))];
  tail[0] = ((tail[0] ?? 0) & 0x0f) | 0x70;
  tail[2] = ((tail[2] ?? 0) & 0x3f) | 0x80;
  const hex = now.toString(16).padStart(12, '0') + tail.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** @param {BufferSource} bytes */
export async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const utf8 = new TextEncoder();
/** Halves of surrogate pairs and NUL break every database: they become U+FFFD. @param {Values} value @returns {Values} */
const wellFormed = (value) => JSON.parse(JSON.stringify(value), (_, item) =>
  typeof item === 'string' ? item.replace(/\p{Surrogate}|\0/gu, '\uFFFD') : item);

/** @param {string} user @param {Note} note @param {number} seq @param {number[]} gone @param {string} install @returns {Promise<Entry>} */
async function envelope(user, note, seq, gone, install) {
  const op_id = uuid();
  const rec_id = note.rec_id ?? op_id;
  const made_at = new Date().toISOString();
  const photos = note.photos.map(({sha256, len, mime}) => ({sha256, len, mime}));
  const raw = JSON.stringify({
    v: 1, op_id, rec_id, base: note.base ?? null, author: user, install_id: install, seq, made_at,
    tz: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC', app_ver: import.meta.url.split('/').at(-3) ?? '',
    kind: note.kind, payload: wellFormed(note.payload), photos,
    ...(note.merges?.length && {merges: note.merges}), ...(gone.length && {void: gone}),
  });
  return {
    op_id, rec_id, user, seq, made_at, raw, photos, sha256: await digest(utf8.encode(raw)), size: utf8.encode(JSON.stringify(raw)).length + 100,
    status: 'waiting', need: [], answer: null, reason: null, retry_at: 0, reissue_of: note.reissue_of ?? null,
  };
}

/** Runs a write; where the phone is full, again without what was delivered, and at last without the ballast.
 * @template T @param {() => Promise<T>} write @returns {Promise<T>} */
async function withRoom(write) {
  for (const makeRoom of [() => sweep(Infinity), dropBallast]) {
    try {
      return await write();
    } catch (error) {
      if (/** @type {DOMException} */ (error).name !== 'QuotaExceededError') throw error;
      await makeRoom();
    }
  }
  return write();
}

/**
 * Puts an op, its photos and its number on this phone in one transaction, reads them back, and only then answers.
 * Fails with QuotaExceededError when the phone is full even without what was delivered and without the ballast; then
 * nothing was changed.
 * @param {string} user @param {Note} note @param {Photo[]} bytes
 */
export const save = (user, note, bytes) => withRoom(() => trySave(user, note, bytes));

const dropBallast = () => transact('readwrite', async (store) => store('ballast').clear());

/** Whether that is there. */
export const hasBallast = async () => (await transact('readonly', (store) => answer(store('ballast').count()))) > 0;

/** Keeps 5 MB that can be given up, so that the last words always fit. */
export async function keepBallast() {
  const {usage = 0, quota = 0} = (await navigator.storage?.estimate?.()) ?? {};
  const there = await transact('readonly', (store) => answer(store('ballast').count()));
  if (there || quota * FULL - usage < BALLAST * 2) return;
  const bytes = new Uint8Array(BALLAST);
  for (let at = 0; at < BALLAST; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536)); // nothing packs it
  await transact('readwrite', async (store) => store('ballast').put(bytes, 'ballast')).catch(() => undefined);
}

/** @param {string} user @param {Note} note @param {Photo[]} bytes @returns {Promise<Entry>} */
async function trySave(user, note, bytes) {
  const key = `seq:${user}`;
  const last = (await recall(key)) ?? 0;
  const known = (await recall(`void:${user}`)) ?? [];
  const gone = [...(note.void ?? []), ...known];
  const entry = await envelope(user, note, last + 1, gone.slice(0, VOIDS), await installId());
  const taken = await transact('readwrite', async (store) => {
    const still = ((await answer(store('meta').get(`void:${user}`))) ?? []).length === known.length;
    if (!still || ((await answer(store('meta').get(key))) ?? 0) !== last) return true; // another tab was faster
    store('meta').put(last + 1, key);
    store('meta').put(gone.slice(VOIDS), `void:${user}`); // the next op says the rest
    store('ops').put(entry);
    for (const photo of bytes) store('photos').put({user, ...photo});
    if (note.draft) store('drafts').delete(note.draft);
    const old = note.reissue_of && (await answer(store('ops').get(note.reissue_of)));
    if (old) store('ops').put({...old, status: 'replaced', retry_at: 0});
    return false;
  });
  if (taken) return trySave(user, note, bytes);
  await readBack(entry);
  announce({saved: true});
  return entry;
}

/** @param {Entry} entry */
async function readBack({op_id, raw, user, photos}) {
  const found = await transact('readonly', (store) => Promise.all([
    answer(store('ops').get(op_id)), ...photos.map(({sha256}) => answer(store('photos').get([user, sha256])))]));
  const whole = found[0]?.raw === raw && photos.every(({len}, i) => found[i + 1]?.bytes.byteLength === len);
  if (!whole) throw new Error('what was written is not what is there');
}

/** The same words once more under a new id, or with one photo smaller as an edit; null where what is here is itself damaged.
 * @param {string} id @param {{old: string, photo: Photo}|null} smaller */
export async function reissue(id, smaller) {
  const old = await entry(id);
  if (!old || (await digest(utf8.encode(old.raw))) !== old.sha256) return null;
  const {kind, payload, photos, rec_id, base, merges, void: gone = []} = JSON.parse(old.raw);
  const note = {kind, payload, merges, reissue_of: id, photos, ...(base && {rec_id, base})};
  if (!smaller) return save(old.user, {...note, void: [old.seq, ...gone]}, []);
  const swapped = photos.map((/** @type {Photo} */ photo) => (photo.sha256 === smaller.old ? smaller.photo : photo));
  return save(old.user, {...note, rec_id, base: id, photos: swapped}, [smaller.photo]);
}

/** @param {string} id @returns {Promise<Entry|undefined>} */
export const entry = (id) => transact('readonly', (store) => answer(store('ops').get(id)));

/** @param {string} user @param {...Status} statuses @returns {Promise<Entry[]>} */
export const entries = (user, ...statuses) => transact('readonly', async (store) => {
  const index = store('ops').index('status');
  return (await Promise.all(statuses.map((status) => answer(index.getAll([user, status]))))).flat();
});

/** How many of a user's ops have each of these statuses. @param {string} user @param {...string} statuses @returns {Promise<number[]>} */
export const count = (user, ...statuses) => transact('readonly', (store) =>
  Promise.all(statuses.map((status) => answer(store('ops').index('status').count([user, status])))));

/** What the rules look at, without the words. @param {Entry} entry @returns {Op} */
export const slim = ({op_id, sha256, seq, size, photos, status, need, answer, reason, retry_at, reissue_of}) =>
  ({op_id, sha256, seq, size, photos, status, need, answer, reason, retry_at, reissue_of});

/** Keeps what the rules decided about some ops, all or none. @param {Op[]} ops @param {number} [now] the server's clock, ms */
export const settle = (ops, now) => withRoom(() => transact('readwrite', async (store) => {
  const found = await Promise.all(ops.map(({op_id}) => answer(store('ops').get(op_id))));
  ops.forEach(({status, need, answer: word, reason, retry_at}, i) => {
    const released_at = status === 'released' ? now : undefined;
    if (found[i]) store('ops').put({...found[i], status, need, answer: word, reason, retry_at, released_at});
  });
}));

/** What the rules look at of all that a user has not delivered, read in slices. @param {string} user @returns {Promise<Op[]>} */
export const queue = (user) => transact('readonly', async (store) => {
  const index = store('ops').index('status');
  const keys = (await Promise.all(OPEN.map((status) => answer(index.getAllKeys([user, status]))))).flat();
  const ops = [];
  for (let at = 0; at < keys.length; at += SLICE) {
    ops.push(...(await Promise.all(keys.slice(at, at + SLICE).map((key) => answer(store('ops').get(key))))).map(slim));
  }
  return ops;
});

/** The exact texts of some ops, as they travel; without those that a person has discarded since. @param {string[]} ids @returns {Promise<{raw: string, sha256: string}[]>} */
export const texts = (ids) => transact('readonly', async (store) =>
  (await Promise.all(ids.map((id) => answer(store('ops').get(id))))).flatMap((found) => (found ? [{raw: found.raw, sha256: found.sha256}] : [])));

/** What the server once took and is still here, a question's worth of it, after the op `after`; and whether there is more.
 * @param {string} user @param {string} after @returns {Promise<{asked: Op[], more: boolean}>} */
export const delivered = (user, after) => transact('readonly', async (store) => {
  const index = store('ops').index('status');
  const keys = (await Promise.all(TAKEN.map((status) => answer(index.getAllKeys([user, status]))))).flat()
    .map(String).filter((key) => key > after).sort();
  const asked = [];
  let room = ASKED;
  for (const key of keys) {
    const op = slim(await answer(store('ops').get(key)));
    room -= 1 + op.photos.length;
    if (room < 0) return {asked, more: true};
    const moved = op.status === 'replaced' && op.reason === 'id_conflict'; // its words stand under another id
    if (op.answer && !moved) asked.push(op); // what was replaced before anybody took it is no base of anything
  }
  return {asked, more: false};
});

/** What this phone knows of the server for a user. @param {string} user @returns {Promise<Facts>} */
export const facts = (user) => transact('readonly', async (store) => {
  const counts = TAKEN.map((status) => answer(store('ops').index('status').count([user, status])));
  const released = (await Promise.all(counts)).reduce((a, b) => a + b, 0);
  return {epoch: null, head: 0, asked_at: 0, ...(await answer(store('meta').get(`server:${user}`))), released};
});

/** @param {string} user @param {Facts} known */
export const know = (user, {epoch, head, asked_at}) => remember(`server:${user}`, {epoch, head, asked_at});

/** Takes an op away for good because a person said so; its number will never come unless the server has it already.
 * @param {string} id */
export async function discard(id) {
  await withRoom(() => transact('readwrite', async (store) => {
    const {user, seq, raw, answer: word} = await answer(store('ops').get(id));
    const key = `void:${user}`;
    const gone = (await answer(store('meta').get(key))) ?? [];
    if (!word) store('meta').put([...gone, seq, ...(JSON.parse(raw).void ?? [])], key);
    store('ops').delete(id);
  }));
  announce();
}

/** Tries an op again now. @param {string} id */
export async function retry(id) {
  const found = await entry(id);
  if (found?.status === 'attention') await settle([{...slim(found), status: 'waiting', reason: null, retry_at: 0}]);
  announce({saved: true});
}

/** @param {string} user @param {string} sha256 @returns {Promise<Photo|undefined>} */
export const photo = (user, sha256) => transact('readonly', (store) => answer(store('photos').get([user, sha256])));

/** @param {Draft} draft @param {Photo[]} bytes */
export const keepDraft = (draft, bytes) => transact('readwrite', async (store) => {
  store('drafts').put(draft);
  for (const one of bytes) store('photos').put({user: draft.user, ...one});
});

/** @param {string} id */
export const dropDraft = (id) => transact('readwrite', async (store) => store('drafts').delete(id));

/** A user's drafts, the last touched first. @param {string} user @returns {Promise<Draft[]>} */
export const drafts = async (user) => (await transact('readonly', (store) => answer(store('drafts').getAll())))
  .filter((draft) => draft.user === user).sort((a, b) => b.updated_at - a.updated_at);

/** @param {string} key */
export const recall = (key) => transact('readonly', (store) => answer(store('meta').get(key)));

/** The visit that is under way: one that nobody ended within a day's work is over. @param {string} user @returns {Promise<Visiting|null>} */
export async function visiting(user) {
  const visit = await recall(`visit:${user}`);
  return visit && Date.now() - Date.parse(visit.values.started_at) < LONGEST ? visit : null;
}

/** @param {string} key @param {any} value */
export const remember = (key, value) => withRoom(() => transact('readwrite', async (store) => store('meta').put(value, key)));

/** @returns {Promise<string>} */
const installId = () => transact('readwrite', async (store) => {
  const known = await answer(store('meta').get('install_id'));
  if (known) return known;
  const fresh = uuid();
  store('meta').put(fresh, 'install_id');
  return fresh;
});

/**
 * Frees what was delivered 30 days ago, the older half where space runs out, and photos that nothing names. `now` is the server's clock (ms): a phone whose
 * own clock jumps frees nothing.
 * @param {number} [now]
 */
export async function sweep(now) {
  const at = now ?? (await recall('server_now')) ?? 0;
  const {usage = 0, quota = 0} = (await navigator.storage?.estimate?.()) ?? {};
  await transact('readwrite', async (store) => {
    const named = new Set();
    /** @type {(Entry|Draft)[]} */
    const all = [...await answer(store('ops').getAll()), ...await answer(store('drafts').getAll())];
    const released = all.flatMap((one) => ('op_id' in one && one.released_at) || []).sort((a, b) => a - b);
    const middle = released[released.length >> 1] ?? 0;
    const oldest = Math.max(at - KEEP, usage > quota * FULL ? middle + 1 : 0); // nearly full: the older half
    for (const one of all) {
      if ('op_id' in one && one.released_at && one.released_at < oldest) store('ops').delete(one.op_id);
      else one.photos.forEach(({sha256}) => named.add(`${one.user},${sha256}`));
    }
    for (const key of await answer(store('photos').getAllKeys())) if (!named.has(String(key))) store('photos').delete(key);
  });
}
