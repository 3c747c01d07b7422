// Carries out what the rules in sync.js decide: one sender on this phone, the token fetched each time and never kept.
import * as outbox from './outbox.js';
import {start, step} from './sync.js';

/** @import {Answer, Effect, Run, State} from './types.js' */

const PATIENCE = 30_000;
const MINUTE = 60_000;
/** The rules' memory, for each person whose records go. @type {Map<string, State>} */
const states = new Map();
/** @type {State} */
let state = start('');
let queued = false;
let timer = 0;
let soonest = Infinity; // ms: when the next of the queues may go on
let photos = {done: 0, total: 0};

/** Sends what waits; `force` says that a person or the signal asks, so only a time set by the server is waited for. */
export async function flush(force = true) {
  if (queued) return;
  queued = true;
  await alone(() => {
    queued = false;
    return send(force);
  });
}

/** @type {Promise<unknown>} */
let previous = Promise.resolve();
/** @param {() => Promise<void>} work */
function alone(work) {
  if (navigator.locks) return navigator.locks.request('sender', work);
  return (previous = previous.then(work, work));
}

/** The signed-in person's records, then those that they hand in for others. @param {boolean} force */
async function send(force) {
  const user = await outbox.recall('user');
  if (!user) return;
  const carried = Object.entries((await outbox.recall('carry')) ?? {}).filter(([author, carrier]) => carrier === user.id && author !== carrier);
  soonest = Infinity;
  await sendFor({user: user.id, author: user.id, csrf: '', server_now: 0}, force);
  for (const [author] of carried) {
    await sendFor({user: user.id, author, csrf: '', server_now: 0}, force);
    if (state.ops.every(({status}) => status === 'released' || status === 'replaced')) await handedIn(author);
  }
  state = states.get(user.id) ?? state;
  clearTimeout(timer);
  if (soonest < Infinity) timer = setTimeout(() => flush(false), soonest);
  news();
}

/** What they write from now on is theirs to send, until somebody is asked again. @param {string} author */
async function handedIn(author) {
  const {[author]: _, ...others} = await outbox.recall('carry');
  await outbox.remember('carry', others);
}

/** @param {Run} run @param {boolean} force */
async function sendFor(run, force) {
  const {user, author} = run;
  const known = states.get(author);
  state = known?.user === user ? known : start(user);
  const ops = await outbox.queue(author);
  const facts = user === author ? await outbox.facts(user) : undefined;
  /** @type {any[]} */
  const events = [{type: 'load', ops, facts}, {type: 'wake', force}];
  while (events.length) {
    const turn = step(state, {now: Date.now(), random: Math.random(), ...events.shift()});
    state = turn.state;
    states.set(author, state);
    const saved = turn.effects.flatMap((effect) => (effect.type === 'save' ? [effect.op] : []));
    if (saved.length) await outbox.settle(saved, run.server_now);
    for (const effect of turn.effects) {
      const event = await perform(effect, run);
      if (event) events.push(event);
    }
  }
}

/** What the pages show while something is on its way. */
function news() {
  const left = state.ops.reduce((n, op) => n + (op.status === 'photos' ? op.need.length : 0), 0);
  const total = left ? Math.max(photos.total, left) : 0;
  photos = {done: total - left, total};
  outbox.announce({batch: state.batch, photos, fails: state.fails, pause: state.pause});
}

/** @param {Effect} effect @param {Run} run */
async function perform(effect, run) {
  if (effect.type === 'save') return undefined; // done already, all of a turn at once
  if (effect.type === 'know') return void (await outbox.know(run.author, effect.facts));
  if (effect.type === 'wait') return void (soonest = Math.min(soonest, effect.ms));
  if (effect.type === 'reissue') return reissue(effect.op_id, effect.shrink, run.author);
  news();
  if (effect.type === 'session') return {type: 'answer', answer: await session(run)};
  if (effect.type === 'ops') return {type: 'answer', answer: await sendOps(effect.ids, run)};
  if (effect.type === 'have') return ask(effect.after, run);
  return sendPhoto(effect.sha256, effect.type === 'part' ? effect : null, run);
}

/** @param {string} id @param {string|null} shrink @param {string} user whose record it is */
async function reissue(id, shrink, user) {
  const smaller = shrink ? await shrinkAgain(shrink, user) : null;
  const entry = shrink && !smaller ? null : await outbox.reissue(id, smaller);
  return {type: 'reissued', op_id: id, op: entry && outbox.slim(entry)};
}

/** @param {string} sha256 @param {string} user */
async function shrinkAgain(sha256, user) {
  const old = await outbox.photo(user, sha256);
  const {shrink} = await import('./photos.js').catch(() => ({shrink: null})); // the worker cannot: a page will
  const photo = old && shrink && (await shrink(new Blob([old.bytes]), 1000, old.len / 2).catch(() => null));
  return photo ? {old: sha256, photo} : null;
}

/** @param {Run} run */
async function session(run) {
  const answer = await call('/api/v1/session', {}, PATIENCE);
  run.csrf = answer.body?.csrf ?? '';
  run.server_now = Date.parse(answer.body?.server_now) || 0;
  if (run.server_now) await outbox.remember('server_now', run.server_now);
  return answer;
}

/** @param {string} path @param {string} body @param {Run} run */
const post = (path, body, {csrf}) =>
  call(path, {method: 'POST', headers: {'Content-Type': 'application/json', 'X-CSRFToken': csrf}, body}, PATIENCE * 2);

/** @param {string[]} ids @param {Run} run */
async function sendOps(ids, run) {
  const path = run.author === run.user ? '/api/v1/ops' : '/api/v1/custody';
  return post(path, JSON.stringify({ops: await outbox.texts(ids)}), run);
}

/** @param {string} after @param {Run} run */
async function ask(after, run) {
  const {asked, more} = await outbox.delivered(run.user, after);
  const digests = asked.flatMap(({sha256, photos: named}) => [sha256, ...named.map((photo) => photo.sha256)]);
  return {type: 'answer', answer: await post('/api/v1/have', JSON.stringify({digests}), run), asked, more};
}

/** @param {string} sha256 @param {{offset: number, size: number}|null} part @param {Run} run */
async function sendPhoto(sha256, part, {author, csrf}) {
  const photo = await outbox.photo(author, sha256);
  if (!photo || photo.bytes.byteLength !== photo.len) return {type: 'missing', sha256};
  const headers = {
    'Content-Type': photo.mime, 'X-CSRFToken': csrf, ...(part && {'Upload-Offset': `${part.offset}`, 'Upload-Length': `${photo.len}`}),
  };
  const body = part ? photo.bytes.slice(part.offset, part.offset + part.size) : photo.bytes;
  const patience = PATIENCE + body.byteLength / 2; // a line of 2 bytes a millisecond is still a line
  return {type: 'answer', answer: await call(`/api/v1/photos/${sha256}`, {method: part ? 'PATCH' : 'PUT', headers, body}, patience)};
}

/** No answer, too late and a redirect are all one: status 0. @param {string} path @param {RequestInit} options @param {number} ms @returns {Promise<Answer>} */
async function call(path, options, ms) {
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort(), ms);
  try {
    const response = await fetch(path, {cache: 'no-store', redirect: 'manual', signal: stop.signal, ...options});
    const after = response.headers.get('Retry-After') ?? '0';
    const seconds = Number(after) || (Date.parse(after) - Date.now()) / 1000;
    return {status: response.status, body: await response.json().catch(() => null), retry_after: Math.max(0, seconds || 0)};
  } catch {
    return {status: 0, body: null, retry_after: 0};
  } finally {
    clearTimeout(clock);
  }
}

/** Sends at load, when the signal or the page comes back, and each minute. */
export function watch() {
  addEventListener('online', () => flush());
  document.addEventListener('visibilitychange', () => document.hidden || flush());
  setInterval(() => document.hidden || flush(false), MINUTE);
  return flush();
}
