// What the phone makes of a server that takes photos in parts, was restored, or went back.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {start, step} from '../../survey_app/static/js/sync.js';
import {HOUR, USER, answer, clock, effect, found, got, op, photo, receipt, receipts, session, wake, walk} from './core.js';

const MB = 1024 * 1024;
const big = (/** @type {number} */ len = MB) => op(1, {status: 'photos', photos: [photo('big', len)], need: ['big']});
/** @param {any} body @param {number} [status] */
const photoAnswer = (body, status = 200) => got(answer(status, {proto: 1, user: USER, sha256: 'big', ...body}));
const conflict = (/** @type {any} */ offset) => got(answer(409, {code: 'offset_conflict', details: {offset}}));

test('a large photo goes in parts, and the first small one asks how much is there', () => {
  const probe = walk([big()], wake, got(session));
  assert.deepEqual(effect(probe, 'part'), {type: 'part', sha256: 'big', offset: 0, size: 1024});
  const next = walk([big()], wake, got(session), photoAnswer({offset: 1024}));
  assert.deepEqual(effect(next, 'part'), {type: 'part', sha256: 'big', offset: 1024, size: 65536});
});

test('a part that does not fit says where to go on', () => {
  const turn = walk([big()], wake, got(session), conflict(400_000));
  assert.equal(effect(turn, 'part').offset, 400_000);
  assert.equal(turn.state.fails, 0);
});

test('an answer that leads nowhere is a failure and not an endless loop', () => {
  for (const offset of [1024, -1, '5', null, 1.5]) {
    const turn = walk([big()], wake, got(session), photoAnswer({offset: 1024}), conflict(offset));
    assert.equal(effect(turn, 'part'), undefined, `${offset}`);
  }
});

test('a lost part does not start the photo again', () => {
  const turn = walk([big()], wake, got(session), photoAnswer({offset: 500_000}), got(answer(0)));
  clock.now += HOUR;
  const next = step(step(turn.state, {now: clock.now, random: 0.5, type: 'wake'}).state, {now: clock.now, random: 0.5, type: 'answer', answer: session});
  assert.equal(effect(next, 'part').offset, 500_000);
  clock.now -= HOUR;
});

test('a small photo goes whole, and in parts once it has failed', () => {
  const small = op(1, {status: 'photos', photos: [photo('small', 9000)], need: ['small']});
  assert.ok(effect(walk([small], wake, got(session)), 'photo'));
  const turn = walk([small], wake, got(session), got(answer(0)));
  const later = {now: clock.now + HOUR, random: 0.5};
  const next = step(step(turn.state, {...later, type: 'wake'}).state, {...later, type: 'answer', answer: session});
  assert.ok(effect(next, 'part'));
});

test('a server that takes no parts gets the photo whole, and a 404 from who knows where changes nothing', () => {
  assert.equal(walk([big()], wake, got(session), got(answer(404))).state.whole, false);
  for (const status of [405, 501]) assert.ok(effect(walk([big()], wake, got(session), got(answer(status))), 'photo'));
});

test('parts that made another photo are sent again from the start', () => {
  const turn = walk([big()], wake, got(session), photoAnswer({offset: 900_000}), got(answer(400, {code: 'bad_digest'})));
  assert.equal(turn.state.offsets.big, undefined);
  assert.equal(found(turn, 1).reason, 'photo_refused');
});

const known = {epoch: 'a', head: 10, asked_at: 0, released: 2};
/** @param {any} facts @param {any} server @param {any[]} more */
const meet = (facts, server, ...more) => walk([], {type: 'load', ops: [], facts: {...known, asked_at: clock.now, ...facts}}, {type: 'wake', force: true},
  got({...session, body: {...session.body, epoch: 'a', head: 10, ...server}}), ...more);
const old = [op(1, {status: 'released', photos: [photo('p', 5)]}), op(2, {status: 'released', photos: [photo('q', 5)]}), op(3, {status: 'released'})];
/** @param {string[]} lacks @param {any} [more] */
const had = (lacks, more) => ({type: 'answer', answer: answer(200, {proto: 1, user: USER, lacks}), asked: old, ...more});

test('the same server is not asked what it has', () => {
  assert.equal(effect(meet({}, {}), 'have'), undefined);
  assert.equal(effect(meet({}, {head: 11}), 'have'), undefined);
});

test('a server that is another one, went back, or was not asked for a day is asked', () => {
  assert.ok(effect(meet({}, {epoch: 'b'}), 'have'));
  assert.ok(effect(meet({}, {head: 9}), 'have'));
  assert.ok(effect(meet({asked_at: clock.now - 24 * HOUR}, {}), 'have'));
  assert.ok(effect(meet({asked_at: clock.now + HOUR}, {}), 'have'), 'the clock went back');
});

test('an answer about digests that were not asked for is no answer', () => {
  const turn = meet({}, {epoch: 'b'}, had(['garbled']));
  assert.equal(turn.state.facts?.epoch, 'a', 'it is asked again');
  assert.deepEqual(turn.state.ops, []);
});

test('who never met this server, but whose op another brought here, asks too', () => {
  assert.ok(effect(meet({epoch: null, asked_at: 0}, {}), 'have'));
});

test('a phone that never delivered anything asks nothing', () => {
  assert.deepEqual(walk([], {type: 'load', ops: [], facts: {...known, released: 0}}, {type: 'wake', force: true}).effects, []);
});

test('what the server lacks is offered again, text or photo, and the rest stays', () => {
  const turn = meet({}, {epoch: 'b'}, had(['sha-1', 'q']));
  assert.deepEqual(turn.state.ops.map((one) => [one.op_id, one.status, one.need]), [['op-1', 'waiting', []], ['op-2', 'photos', ['q']]]);
  assert.deepEqual(turn.effects.filter((one) => one.type === 'save').length, 2);
  assert.deepEqual(effect(turn, 'know').facts.epoch, 'b');
  assert.deepEqual(effect(turn, 'ops').ids, ['op-1']);
});

test('what a smaller photo replaced is offered again as the base of its edit, without the photo that nobody took', () => {
  const replaced = op(4, {status: 'replaced', answer: 'stored', reason: 'photo_refused', photos: [photo('big', 5)]});
  const lacking = {type: 'answer', answer: answer(200, {proto: 1, user: USER, lacks: ['sha-4', 'big']}), asked: [replaced]};
  let turn = meet({}, {epoch: 'b'}, lacking);
  assert.deepEqual(effect(turn, 'ops').ids, ['op-4']);
  turn = step(turn.state, {now: clock.now, random: 0.5, ...got(receipts(receipt(4, 'stored', ['big'])))});
  assert.equal(found(turn, 4).status, 'replaced');
  assert.equal(effect(turn, 'photo'), undefined);
  const only = {type: 'answer', answer: answer(200, {proto: 1, user: USER, lacks: ['big']}), asked: [replaced]};
  assert.deepEqual(meet({}, {epoch: 'b'}, only).state.ops, []);
});

test('many are asked about in turns', () => {
  const turn = meet({}, {epoch: 'b'}, had([], {more: true}));
  assert.deepEqual(effect(turn, 'have'), {type: 'have', after: 'op-3'});
  assert.equal(effect(turn, 'know'), undefined);
});

test('a server that cannot be asked gets everything again when it is another one', () => {
  assert.equal(meet({}, {epoch: 'b'}, {type: 'answer', answer: answer(404), asked: old}).state.ops.length, 3);
  assert.equal(meet({asked_at: clock.now - 24 * HOUR}, {}, {type: 'answer', answer: answer(404), asked: old}).state.ops.length, 0);
});

test('many photos that fail are not all begun: the server keeps twenty unfinished', () => {
  const photos = Array.from({length: 40}, (_, i) => photo(`p${i}`, MB + i));
  const many = op(1, {status: 'photos', photos, need: photos.map(({sha256}) => sha256)});
  let turn = walk([many], wake, got(session));
  const begun = new Set();
  for (let i = 0; i < 200; i += 1) { // each part arrives, and the next one of that photo is lost
    const part = effect(turn, 'part');
    begun.add(part.sha256);
    const lost = part.offset ? answer(0) : answer(200, {user: USER, sha256: part.sha256, offset: 1024});
    turn = step(turn.state, {now: 0, random: 0, ...got(lost)});
    if (!effect(turn, 'part')) turn = step(turn.state, {now: 0, random: 0, ...got(session)});
  }
  assert.equal(begun.size, 15);
});

test('a question that fails again and again holds up no photo, and photos that fail do not hold up the question', () => {
  const facts = {...known, asked_at: clock.now};
  const other = {...session, body: {...session.body, epoch: 'b', head: 10}};
  let state = start(USER);
  const asked = [];
  for (let run = 0; run < 6; run += 1) {
    const events = [{type: 'load', ops: [big()], facts}, {type: 'wake', force: true}, got(other)];
    /** @type {any} */
    let turn = {state, effects: []};
    for (const event of events) turn = step(turn.state, {now: clock.now, random: 0, ...event});
    asked.push(effect(turn, 'have') ? 'have' : 'photo');
    state = step(turn.state, {now: clock.now, random: 0, ...got(answer(500)), asked: old}).state;
  }
  assert.deepEqual(asked.slice(0, 2), ['have', 'photo']);
  assert.ok(asked.slice(2).includes('have'));
});

test('a question that fails is asked again', () => {
  const turn = meet({}, {epoch: 'b'}, {type: 'answer', answer: answer(500), asked: old});
  assert.equal(turn.state.review, null);
  assert.equal(turn.state.facts?.epoch, 'a', 'it is asked again the next time');
});

test('the largest number that the server gave is remembered', () => {
  const turn = walk([op(1)], {type: 'load', ops: [op(1)], facts: known}, wake, got({...session, body: {...session.body, epoch: 'a', head: 10}}),
    got(receipts({...receipt(1), server_seq: 12})));
  assert.equal(effect(turn, 'know').facts.head, 12);
});
