// Seeded random walks of the core against a model server behind a lying network. One seed replays exactly.
// Servers are restored from a backup in between, photos go whole or in parts.
// I2 a saved op is on the phone or on the server · I3 one row · I6 one bad op delays no other · I7 all drains.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {start, step} from '../../survey_app/static/js/sync.js';

/** @typedef {import('../../survey_app/static/js/types.js').Op} Op */

const WALKS = 400;
const HOUR = 3_600_000;

/** mulberry32. @param {number} seed */
function dice(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The server's rule: durable first, one row an op, other bytes never overwrite. */
class Server {
  /** @param {Set<string>} poison ops that make the whole request fail @param {number} code */
  constructor(poison, code) {
    /** @type {Map<string, Op>} */
    this.rows = new Map();
    /** @type {Set<string>} */
    this.photos = new Set();
    this.writes = 0;
    this.poison = poison;
    this.code = code;
    /** @type {Map<string, number>} */
    this.parts = new Map();
    this.epoch = 1;
  }

  /** Goes back to what a backup of some time ago had. @param {() => number} random */
  restore(random) {
    this.epoch += 1;
    for (const id of this.rows.keys()) if (random() < 0.4) this.rows.delete(id);
    for (const sha256 of this.photos) if (random() < 0.4) this.photos.delete(sha256);
    this.writes = this.rows.size;
    this.parts.clear();
  }

  get head() {
    return this.rows.size;
  }

  /** @param {string[]} digests */
  have(digests) {
    const here = new Set([...this.photos, ...[...this.rows.values()].map(({sha256}) => sha256)]);
    return {proto: 1, user: 'u', epoch: `${this.epoch}`, head: this.head, lacks: digests.filter((digest) => !here.has(digest))};
  }

  /** @param {{sha256: string, offset: number, size: number}} part @param {number} len */
  part({sha256, offset, size}, len) {
    if (this.photos.has(sha256)) return {status: 200, body: {user: 'u', sha256, bytes: len}, retry_after: 0};
    const kept = this.parts.get(sha256) ?? 0;
    if (offset !== kept) return {status: 409, body: {code: 'offset_conflict', details: {offset: kept}}, retry_after: 0};
    this.parts.set(sha256, kept + size);
    if (kept + size >= len) return this.photo(sha256);
    return {status: 200, body: {user: 'u', sha256, offset: kept + size}, retry_after: 0};
  }

  /** @param {Op[]} ops */
  ops(ops) {
    if (ops.some((op) => this.poison.has(op.op_id))) return {status: this.code, body: {code: 'malformed'}, retry_after: 0};
    return {status: 200, retry_after: 0, body: {proto: 1, user: 'u', receipts: ops.map((op) => this.accept(op))}};
  }

  /** @param {Op} op */
  accept(op) {
    const row = this.rows.get(op.op_id);
    const need = op.photos.map((p) => p.sha256).filter((sha256) => !this.photos.has(sha256));
    const receipt = {op_id: op.op_id, sha256: op.sha256, need};
    if (row) return {...receipt, status: row.sha256 === op.sha256 ? 'duplicate' : 'id_conflict'};
    this.rows.set(op.op_id, op);
    this.writes += 1;
    return {...receipt, status: op.seq % 5 ? 'stored' : 'held'};
  }

  /** @param {string} sha256 */
  photo(sha256) {
    this.photos.add(sha256);
    return {status: 201, body: {user: 'u', sha256}, retry_after: 0};
  }
}

/** A phone: what survives a crash is `disk`, what does not is `state`. */
class Phone {
  /** @param {Server} server @param {() => number} random */
  constructor(server, random) {
    this.server = server;
    this.random = random;
    this.now = 0;
    this.calls = 0;
    /** @type {Map<string, Op>} */
    this.disk = new Map();
    this.state = start('u');
    this.faults = true;
    /** @type {any} */
    this.facts = {epoch: null, head: 0, asked_at: 0};
  }

  /** @param {number} seq */
  save(seq) {
    const photos = Array.from({length: Math.floor(this.random() * 3)}, (_, i) => ({sha256: `p${seq}-${i}`, len: 1 + Math.floor(this.random() * 9e5)}));
    const id = `op-${seq}`;
    this.disk.set(id, {op_id: id, sha256: `sha-${seq}`, seq, size: 1 + Math.floor(this.random() * 60_000), photos,
      status: 'waiting', need: [], answer: null, reason: null, retry_at: 0, reissue_of: null});
  }

  crash() {
    this.state = start('u', [...this.disk.values()]);
  }

  /** One run of the sender, until it rests or the phone dies. @param {boolean} force */
  flush(force) {
    /** @type {any[]} */
    const events = [
      {type: 'load', ops: [...this.disk.values()].filter((op) => op.status !== 'released'), facts: {...this.facts, released: this.released().length}},
      {type: 'wake', force},
    ];
    while (events.length) {
      const turn = step(this.state, {now: this.now, random: this.random(), ...events.shift()});
      this.state = turn.state;
      for (const effect of turn.effects) {
        if (this.faults && this.random() < 0.01) return this.crash();
        if (effect.type === 'save') this.disk.set(effect.op.op_id, effect.op);
        else if (effect.type === 'know') this.facts = effect.facts;
        else if (effect.type === 'have') events.push(this.ask(effect.after));
        else if (effect.type === 'reissue') events.push({type: 'reissued', op_id: effect.op_id, op: this.reissue(effect.op_id)});
        else if (effect.type !== 'wait') events.push({type: 'answer', answer: this.call(effect)});
      }
      this.check();
      assert.ok((this.calls += 1) < 20_000, 'the sender never rests');
    }
  }

  released() {
    return [...this.disk.values()].filter((op) => op.status === 'released').sort((a, b) => (a.op_id < b.op_id ? -1 : 1));
  }

  /** @param {string} after */
  ask(after) {
    const rest = this.released().filter((op) => op.op_id > after);
    const asked = rest.slice(0, 7);
    const digests = asked.flatMap((op) => [op.sha256, ...op.photos.map(({sha256}) => sha256)]);
    return {type: 'answer', answer: this.call({type: 'have', digests}), asked, more: rest.length > 7};
  }

  /** @param {string} sha256 */
  length(sha256) {
    return [...this.disk.values()].flatMap((op) => op.photos).find((photo) => photo.sha256 === sha256)?.len ?? 0;
  }

  /** @param {string} id @returns {Op|null} */
  reissue(id) {
    const old = this.disk.get(id);
    if (!old) return null;
    /** @type {Op} */
    const copy = {...old, op_id: `${id}-again`, sha256: `${old.sha256}-again`, status: 'waiting', reissue_of: id};
    this.disk.set(copy.op_id, copy);
    this.disk.set(id, {...old, status: 'replaced'});
    return copy;
  }

  /** @param {any} effect */
  call(effect) {
    if (!this.faults) return this.honest(effect);
    const luck = this.random();
    const lie = (/** @type {number} */ status, /** @type {any} */ body = null) => ({status, body, retry_after: this.random() < 0.5 ? 0 : 3});
    if (luck < 0.5) return this.honest(effect);
    if (luck < 0.6) return this.honest(effect), lie(0);
    if (luck < 0.7) return lie(0);
    if (luck < 0.75) return lie(200, this.random() < 0.5 ? '<html>log in</html>' : {ok: true});
    if (luck < 0.8) return lie(500);
    if (luck < 0.84) return lie(503);
    if (luck < 0.86) return lie(429);
    if (luck < 0.88) return lie(401);
    if (luck < 0.9) return lie(400, {code: 'csrf_stale'});
    if (luck < 0.92) return lie(413);
    if (luck < 0.94) return lie(200, {proto: 1, user: {id: 'somebody else'}, receipts: []});
    return this.garbled(effect);
  }

  /** An answer of the right form about the wrong thing. @param {any} effect */
  garbled(effect) {
    if (effect.type !== 'ops') return {status: 200, body: {proto: 1, user: 'u', sha256: 'other'}, retry_after: 0};
    const receipts = effect.ids.map((/** @type {string} */ op_id) =>
      ({op_id, sha256: 'other', need: [], status: this.random() < 0.9 ? 'stored' : 'bad_digest'}));
    return {status: 200, body: {proto: 1, user: 'u', receipts}, retry_after: 0};
  }

  /** @param {any} effect */
  honest(effect) {
    if (effect.type === 'session') return {status: 200, body: {proto: 1, user: {id: 'u'}, csrf: 't', epoch: `${this.server.epoch}`, head: this.server.head}, retry_after: 0};
    if (effect.type === 'have') return {status: 200, body: this.server.have(effect.digests), retry_after: 0};
    if (effect.type === 'part') return this.server.part(effect, this.length(effect.sha256));
    if (effect.type === 'photo') return this.server.photo(effect.sha256);
    return this.server.ops(effect.ids.map((/** @type {string} */ id) => this.disk.get(id)));
  }

  check() {
    for (const op of this.disk.values()) {
      if (op.status !== 'released' || this.facts.epoch !== `${this.server.epoch}`) continue; // restored: not asked yet
      assert.equal(this.server.rows.get(op.op_id)?.sha256, op.sha256, `I2: ${op.op_id} released but not there`);
      assert.ok(op.photos.every((p) => this.server.photos.has(p.sha256)), `I5: ${op.op_id} released without a photo`);
    }
    assert.equal(this.server.writes, this.server.rows.size, 'I3');
  }
}

/** @param {number} seed */
function walk(seed) {
  const random = dice(seed);
  const bad = random() < 0.5 ? new Set([`op-${1 + Math.floor(random() * 8)}`]) : new Set();
  const phone = new Phone(new Server(bad, random() < 0.5 ? 500 : 400), random);
  const saved = 1 + Math.floor(random() * 70);
  for (let seq = 1; seq <= saved; seq += 1) {
    phone.save(seq);
    phone.now += random() * 400_000;
    if (random() < 0.5) phone.flush(random() < 0.5);
    if (random() < 0.02) phone.server.restore(random);
  }
  phone.faults = false;
  for (let i = 0; i < 40; i += 1) {
    phone.now += HOUR;
    phone.flush(true);
  }
  const gone = Array.from({length: saved}, (_, i) => `op-${i + 1}`).filter((id) => !phone.disk.has(id));
  assert.deepEqual(gone, [], `seed ${seed}: I2`);
  phone.check();
  assert.ok(phone.facts.epoch === null || phone.facts.epoch === `${phone.server.epoch}`, `seed ${seed}: it knows the server`);
  const open = [...phone.disk.values()].filter((op) => op.status !== 'released' && op.status !== 'replaced');
  assert.deepEqual(open.filter((op) => !bad.has(op.op_id)).map((op) => `${op.op_id} ${op.status} ${op.reason}`), [], `seed ${seed}: I6, I7`);
  return {saved, open, phone};
}

test(`I2, I3, I5, I6 and I7 hold on ${WALKS} random walks`, () => {
  let delivered = 0;
  for (let seed = 1; seed <= WALKS; seed += 1) delivered += walk(seed).phone.server.rows.size;
  assert.ok(delivered > WALKS * 20, 'the walks deliver something');
});

test('a bad op is marked for a person and stays on the phone', () => {
  const walks = Array.from({length: 40}, (_, i) => walk(1000 + i)).filter((one) => one.open.length);
  assert.ok(walks.length > 5);
  for (const {open} of walks) assert.equal(open[0]?.status, 'attention');
});

test('one seed replays exactly', () => {
  const run = () => JSON.stringify([...walk(77).phone.disk]);
  assert.equal(run(), run());
});
