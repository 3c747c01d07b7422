// What the phone's storage keeps to, on the simulation's IndexedDB: a full phone, numbers that never come, thousands waiting.
import assert from 'node:assert/strict';
import {beforeEach, test} from 'node:test';

import {Disk, KeyRange, factory} from '../simulation/phones/indexeddb.js';

const disk = new Disk(() => undefined);
const page = {touched: new Set(), later: setImmediate};
Object.assign(globalThis, {indexedDB: factory(page, disk), IDBKeyRange: KeyRange, BroadcastChannel: class { postMessage() {} }});
Object.defineProperty(globalThis, 'navigator', {value: {storage: {estimate: async () => ({usage: 0, quota: 1e12})}}});
const outbox = await import('../../survey_app/static/js/outbox.js');
await outbox.recall('anything');

const USER = 'u-1';
const note = (more = {}) => ({kind: 'observation', payload: {text: '窗口没有人'}, photos: [], ...more});
const save = (more = {}, user = USER) => outbox.save(user, note(more), []);
const rows = (/** @type {string} */ name) => [...disk.stores.get(name).rows.values()].map(({value}) => value);
const stored = (/** @type {string} */ id) => rows('ops').find(({op_id}) => op_id === id);
const voids = (/** @type {{raw: string}} */ {raw}) => JSON.parse(raw).void ?? [];

let full = false;
const probe = await new Promise((resolve) => {
  const request = indexedDB.open('survey', disk.version);
  request.onsuccess = () => resolve(Object.getPrototypeOf(request.result.transaction(['ops']).objectStore('ops')));
});
const {set} = probe;
/** While the phone is full nothing is written beside the ballast. */
probe.set = function put(/** @type {any} */ key, /** @type {any} */ row) {
  if (full && row && disk.stores.get('ballast').rows.size) throw new DOMException('full', 'QuotaExceededError');
  set.call(this, key, row);
};

beforeEach(async () => {
  full = false;
  for (const store of disk.stores.values()) store.rows.clear();
  await outbox.keepBallast();
});

test('a full phone gives up its ballast for the last words', async () => {
  full = true;
  const {op_id} = await save();
  assert.equal(stored(op_id).status, 'waiting');
  assert.deepEqual(rows('ballast'), []);
});

test('a full phone gives up its ballast for what the server answered, or nothing would ever be freed', async () => {
  const entry = await save();
  full = true;
  await outbox.settle([{...outbox.slim(entry), status: 'released', answer: 'stored'}], 5);
  assert.equal(stored(entry.op_id).status, 'released');
  assert.equal(stored(entry.op_id).released_at, 5);
});

test('a full phone can still note the time and take away what a person discards', async () => {
  const {op_id} = await save();
  full = true;
  await outbox.remember('server_now', 7);
  assert.equal(await outbox.recall('server_now'), 7);
  await outbox.keepBallast();
  full = true;
  await outbox.discard(op_id);
  assert.equal(stored(op_id), undefined);
});

test('numbers that never come travel a thousand at a time, none of them lost', async () => {
  for (let seq = 1; seq <= 1100; seq += 1) await outbox.discard((await save()).op_id);
  const told = [voids(await save()), voids(await save()), voids(await save())];
  assert.deepEqual(told.map(({length}) => length), [1000, 100, 0]);
  assert.equal(new Set(told.flat()).size, 1100);
});

test('an op that was discarded while a batch was made is left out of it', async () => {
  const [first, second] = [await save(), await save()];
  await outbox.discard(first.op_id);
  assert.deepEqual(await outbox.texts([first.op_id, second.op_id]), [{raw: second.raw, sha256: second.sha256}]);
});

test('thousands that wait are read whole, in slices, without their words', async () => {
  const entry = await save();
  const many = Array.from({length: 1000}, (_, i) => ({...entry, op_id: `op-${i}`, seq: i + 2, status: ['waiting', 'photos', 'attention', 'released'][i % 4]}));
  for (const one of many) disk.stores.get('ops').rows.set(JSON.stringify(one.op_id), {key: one.op_id, value: one});
  await save({}, 'u-2');
  const found = await outbox.queue(USER);
  assert.equal(found.length, 751);
  assert.ok(found.every((op) => op.status !== 'released' && !('raw' in op)));
});

test('a server is asked for what it took, and not for words that stand under another id since', async () => {
  const [took, moved, smaller, never] = [await save(), await save(), await save(), await save()];
  await outbox.settle([took, moved, smaller, never].map((one, i) => ({...outbox.slim(one), answer: i < 3 ? 'stored' : null,
    status: i ? 'replaced' : 'released', reason: i === 1 ? 'id_conflict' : null})), 5);
  const {asked} = await outbox.delivered(USER, '');
  assert.deepEqual(asked.map(({op_id}) => op_id).sort(), [took.op_id, smaller.op_id].sort());
});
