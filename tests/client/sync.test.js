// The rows of sync.md's answer table, each as a fact about the pure core.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {start, step} from '../../survey_app/static/js/sync.js';
import {HOUR, USER, answer, clock, effect, found, got, op, photo, receipt, receipts, session, wake, walk} from './core.js';

test('nothing waiting asks for nothing', () => {
  assert.deepEqual(walk([], wake).effects, []);
  assert.deepEqual(walk([op(1, {status: 'released'})], wake).effects, []);
});

test('a session comes before the first op', () => {
  assert.deepEqual(walk([op(1)], wake).effects, [{type: 'session'}]);
  assert.deepEqual(walk([op(1)], wake, got(session)).effects, [{type: 'ops', ids: ['op-1']}]);
});

test('one call at a time', () => {
  assert.deepEqual(walk([op(1)], wake, wake).effects, []);
});

test('texts go by seq, fifty at most and 240 KiB at most', () => {
  const many = Array.from({length: 60}, (_, i) => op(60 - i));
  assert.deepEqual(effect(walk(many, wake, got(session)), 'ops').ids.slice(0, 2), ['op-1', 'op-2']);
  assert.equal(effect(walk(many, wake, got(session)), 'ops').ids.length, 50);
  const heavy = many.map((one) => ({...one, size: 60_000}));
  assert.equal(effect(walk(heavy, wake, got(session)), 'ops').ids.length, 4);
  assert.equal(effect(walk([op(1, {size: 900_000})], wake, got(session)), 'ops').ids.length, 1);
});

for (const status of ['stored', 'duplicate', 'held']) {
  test(`${status} with nothing needed releases`, () => {
    const turn = walk([op(1)], wake, got(session), got(receipts(receipt(1, status))));
    assert.equal(found(turn, 1).status, 'released');
    assert.equal(found(turn, 1).answer, status);
    assert.equal(effect(turn, 'save').op.status, 'released');
  });
}

test('a receipt for other bytes, another op or an unknown status releases nothing', () => {
  for (const wrong of [{...receipt(1), sha256: 'x'}, {...receipt(1), op_id: 'x'}, {...receipt(1), status: 'fine'},
    {...receipt(1), need: undefined}, null, 'stored']) {
    const turn = walk([op(1)], wake, got(session), got(receipts(wrong)));
    assert.equal(found(turn, 1).status, 'waiting');
    assert.ok(effect(turn, 'wait').ms > 0);
  }
});

test('an answer for another user or another protocol releases nothing', () => {
  for (const body of [{proto: 2, user: USER, receipts: [receipt(1)]}, {proto: 1, user: 'u-2', receipts: [receipt(1)]}, {proto: 1, receipts: [receipt(1)]},
    {user: USER, receipts: [receipt(1)]}, {proto: 1, user: USER, receipts: 'all'}, '<html>welcome</html>', null]) {
    assert.equal(found(walk([op(1)], wake, got(session), got(answer(200, body))), 1).status, 'waiting');
  }
});

test('an op without a receipt waits while its neighbours are released', () => {
  const turn = walk([op(1), op(2)], wake, got(session), got(receipts(receipt(2))));
  assert.equal(found(turn, 1).status, 'waiting');
  assert.equal(found(turn, 2).status, 'released');
});

for (const status of [0, 200, 204, 404, 408, 500, 502, 503, 504, 507]) {
  test(`${status} without receipts keeps the op and backs off`, () => {
    const turn = walk([op(1)], wake, got(session), got(answer(status)));
    assert.equal(found(turn, 1).status, 'waiting');
    assert.deepEqual(effect(turn, 'wait'), {type: 'wait', ms: 1000});
    assert.equal(turn.state.fails, 1);
  });
}

test('backoff is full jitter, doubles and ends at 300 s', () => {
  const limits = [2000, 4000, 8000, 16000, 32000, 64000, 128000, 256000, 300000, 300000];
  let {state} = walk([op(1)]);
  for (const limit of limits) {
    ({state} = step(state, {...wake, force: true, now: clock.now, random: 0.999}));
    const turn = step(state, {...got(answer(0)), now: clock.now, random: 0.5});
    assert.equal(effect(turn, 'wait').ms, limit / 2);
    state = turn.state;
  }
});

test('a wake within the backoff only says how long; a forced one goes at once', () => {
  const {state} = walk([op(1)], wake, got(session), got(answer(503)));
  assert.deepEqual(step(state, {...wake, now: 400, random: 0}).effects, [{type: 'wait', ms: 600}]);
  assert.deepEqual(step(state, {...wake, force: true, now: 400, random: 0}).effects, [{type: 'session'}]);
  assert.deepEqual(step(state, {...wake, now: 1000, random: 0}).effects, [{type: 'session'}]);
});

test('Retry-After is honoured even when a person presses the button', () => {
  const {state} = walk([op(1)], wake, got(session), got(answer(503, null, 90)));
  assert.deepEqual(step(state, {...wake, force: true, now: 5000, random: 0}).effects, [{type: 'wait', ms: 85_000}]);
});

test('a Retry-After that would last for ever ends after an hour', () => {
  assert.deepEqual(walk([op(1)], wake, got(session), got(answer(503, null, 1e9))).effects, [{type: 'wait', ms: HOUR}]);
});

test('a clock that is put back does not stop the queue until it is late again', () => {
  clock.now = 100 * HOUR;
  const {state} = walk([op(1)], wake, got(session), got(answer(503)));
  clock.now = 0;
  assert.deepEqual(step(state, {...wake, now: 76 * HOUR, random: 0}).effects, [{type: 'session'}]);
});

test('what was delivered leaves no memory behind', () => {
  let turn = walk([{...WITH, photos: [photo('small', 10)]}, op(2)], wake, got(answer(500)));
  const events = [{...wake, force: true}, got(session), got(answer(500)), {...wake, force: true}, got(session),
    got(receipts(receipt(1, 'stored', ['small']), receipt(2))), got(answer(201, {user: USER, sha256: 'small'})), got(receipts(receipt(1)))];
  for (const event of events) turn = step(turn.state, {now: 0, random: 0, ...event});
  assert.equal(found(turn, 1).status, 'released');
  assert.deepEqual(turn.state.tries, {});
});

test('429 pauses the whole queue', () => {
  const turn = walk([op(1)], wake, got(session), got(answer(429, null, 20)));
  assert.equal(turn.state.pause, 'busy');
  assert.deepEqual(turn.effects, [{type: 'wait', ms: 20_000}]);
});

for (const status of [400, 413]) {
  test(`${status} halves the batch down to the one op, marks it and goes on`, () => {
    const ops = [1, 2, 3, 4].map((seq) => op(seq));
    let turn = walk(ops, wake, got(session), got(answer(status)));
    assert.deepEqual(effect(turn, 'ops').ids, ['op-1', 'op-2']);
    turn = step(turn.state, {...got(answer(status)), now: 0, random: 0});
    assert.deepEqual(effect(turn, 'ops').ids, ['op-1']);
    turn = step(turn.state, {...got(answer(status)), now: 0, random: 0});
    assert.equal(found(turn, 1).status, 'attention');
    assert.equal(found(turn, 1).retry_at, HOUR);
    assert.deepEqual(effect(turn, 'ops').ids, ['op-2']);
  });
}

test('a first 500 backs off, a second on the same batch halves it', () => {
  const ops = [1, 2].map((seq) => op(seq));
  let turn = walk(ops, wake, got(session), got(answer(500)));
  assert.equal(turn.state.limit, 50);
  turn = walk(ops, wake, got(session), got(answer(500)), {...wake, force: true}, got(session), got(answer(500)));
  assert.equal(turn.state.limit, 1);
  assert.ok(effect(turn, 'wait'));
});

test('500 twice on one op marks it and the next op is delivered', () => {
  const again = [{...wake, force: true}, got(session), got(answer(500))];
  let turn = walk([op(1)], ...again, ...again);
  assert.equal(found(turn, 1).status, 'attention');
  assert.equal(found(turn, 1).reason, 'http_500');
  turn = step({...turn.state, ops: [...turn.state.ops, op(2)], until: 0}, {...wake, now: 0, random: 0});
  turn = step(turn.state, {...got(session), now: 0, random: 0});
  assert.deepEqual(effect(turn, 'ops').ids, ['op-2']);
});

test('what a fault marked is tried again later, alone and last', () => {
  const marked = op(1, {status: 'attention', reason: 'http_500', retry_at: HOUR});
  assert.deepEqual(walk([marked], wake).effects, []);
  clock.now = HOUR;
  assert.deepEqual(effect(walk([marked, op(2)], wake, got(session)), 'ops').ids, ['op-2']);
  const turn = walk([marked, op(2)], wake, got(session), got(receipts(receipt(2))));
  assert.deepEqual(effect(turn, 'ops').ids, ['op-1']);
  clock.now = 5;
  assert.deepEqual(walk([marked], {...wake, force: true}).effects, [{type: 'session'}]);
  clock.now = 0;
});

test('a stale token is fetched again at once, and only once', () => {
  const stale = answer(400, {code: 'csrf_stale'});
  let turn = walk([op(1)], wake, got(session), got(stale));
  assert.deepEqual(turn.effects, [{type: 'session'}]);
  turn = walk([op(1)], wake, got(session), got(stale), got(session), got(stale));
  assert.equal(found(turn, 1).status, 'waiting');
  assert.ok(effect(turn, 'wait'));
});

for (const [status, pause] of [[401, 'signed_out'], [403, 'forbidden']]) {
  test(`${status} pauses this queue and it resumes by itself`, () => {
    for (const turn of [walk([op(1)], wake, got(answer(Number(status)))), walk([op(1)], wake, got(session), got(answer(Number(status))))]) {
      assert.equal(turn.state.pause, pause);
      assert.equal(found(turn, 1).status, 'waiting');
      const later = step(turn.state, {...wake, now: 60_000, random: 0});
      assert.deepEqual(later.effects, [{type: 'session'}]);
      assert.equal(step(later.state, {...got(session), now: 60_000, random: 0}).state.pause, null);
    }
  });
}

test("another person's session sends nothing", () => {
  const turn = walk([op(1)], wake, got(answer(200, {proto: 1, user: {id: 'u-2'}})));
  assert.equal(turn.state.pause, 'other_user');
  assert.equal(effect(turn, 'ops'), undefined);
});

test("a captive portal's 200 is no session", () => {
  for (const body of ['<html>', null, {}, {proto: 1}, {proto: 1, user: {}}]) {
    assert.ok(effect(walk([op(1)], wake, got(answer(200, body))), 'wait'));
  }
});

test('id_conflict is sent again under a new id and the first is kept', () => {
  let turn = walk([op(1)], wake, got(session), got(receipts(receipt(1, 'id_conflict'))));
  assert.equal(found(turn, 1).status, 'attention');
  assert.deepEqual(effect(turn, 'reissue'), {type: 'reissue', op_id: 'op-1', shrink: null});
  turn = step(turn.state, {type: 'reissued', op_id: 'op-1', op: op(2, {reissue_of: 'op-1'}), now: 0, random: 0});
  assert.equal(found(turn, 1).status, 'replaced');
  assert.ok(effect(turn, 'session') ?? effect(turn, 'ops'));
});

test('id_conflict about other bytes is not about this op', () => {
  const turn = walk([op(1)], wake, got(session), got(receipts({...receipt(1, 'id_conflict'), sha256: 'other'})));
  assert.equal(found(turn, 1).status, 'waiting');
  assert.equal(effect(turn, 'reissue'), undefined);
});

test('an op that was damaged on the way is sent again as it is, so that it is never there twice', () => {
  const damaged = [got(session), got(receipts(receipt(1, 'bad_digest'))), {...wake, force: true}];
  let turn = walk([op(1)], wake, ...damaged);
  assert.equal(found(turn, 1).status, 'waiting');
  assert.equal(effect(turn, 'reissue'), undefined);
  turn = walk([op(1)], wake, ...damaged, ...damaged, ...damaged, got(session), got(receipts(receipt(1, 'bad_digest'))));
  assert.equal(found(turn, 1).status, 'attention');
  assert.ok(found(turn, 1).retry_at);
  assert.equal(effect(turn, 'reissue'), undefined);
});

test('an op that was sent again under a new id is not sent under a third', () => {
  const turn = walk([op(2, {reissue_of: 'op-1'})], wake, got(session), got(receipts(receipt(2, 'id_conflict'))));
  assert.equal(found(turn, 2).status, 'attention');
  assert.equal(effect(turn, 'reissue'), undefined);
});

test('a refusal by the server waits for a person and delays nobody', () => {
  for (const status of ['unreadable', 'too_large', 'foreign']) {
    const turn = walk([op(1), op(2)], wake, got(session), got(receipts({...receipt(1, status), op_id: null}, receipt(2))));
    assert.equal(found(turn, 1).status, 'attention');
    assert.equal(found(turn, 1).reason, status);
    assert.equal(found(turn, 2).status, 'released');
  }
});

test('a person may send an item of attention again', () => {
  const turn = walk([op(1, {status: 'attention', reason: 'unreadable'})], {type: 'retry', op_id: 'op-1'});
  assert.equal(found(turn, 1).status, 'waiting');
  assert.ok(effect(turn, 'session'));
});

const WITH = op(1, {photos: [photo('big', 500), photo('small', 100)]});

test('photos follow all texts, smallest first, and the op is offered once more', () => {
  const ops = [WITH, op(2, {photos: [photo('mid', 300)]})];
  let turn = walk(ops, wake, got(session), got(receipts(receipt(1, 'stored', ['big', 'small']), receipt(2, 'stored', ['mid']))));
  for (const sha256 of ['small', 'mid']) {
    assert.deepEqual(effect(turn, 'photo'), {type: 'photo', sha256});
    turn = step(turn.state, {...got(answer(201, {user: USER, sha256})), now: 0, random: 0});
  }
  assert.deepEqual(effect(turn, 'ops').ids, ['op-2']);
  turn = step(turn.state, {...got(receipts(receipt(2, 'duplicate'))), now: 0, random: 0});
  assert.equal(found(turn, 2).status, 'released');
  assert.deepEqual(effect(turn, 'photo'), {type: 'photo', sha256: 'big'});
});

const STORED = {...WITH, status: 'photos', answer: 'stored', need: ['small']};

test('a photo that the server did not confirm by its digest is not over', () => {
  for (const wrong of [answer(200, '<html>'), answer(200, {user: USER, sha256: 'x'}), answer(200, {user: 'u-2', sha256: 'small'}), answer(0), answer(404), answer(204)]) {
    const turn = walk([STORED], wake, got(session), got(wrong));
    assert.deepEqual(found(turn, 1).need, ['small']);
    assert.ok(effect(turn, 'wait'));
  }
});

test('a photo that fails stands behind the others', () => {
  const turn = walk([{...STORED, need: ['small', 'big']}], wake, got(session), got(answer(0)), {...wake, force: true}, got(session));
  assert.equal(effect(turn, 'photo').sha256, 'big');
});

for (const status of [413, 415]) {
  test(`a photo answered with ${status} is shrunk again, else waits for a person`, () => {
    const turn = walk([STORED], wake, got(session), got(answer(status)));
    assert.equal(found(turn, 1).status, 'attention');
    assert.deepEqual(effect(turn, 'reissue'), {type: 'reissue', op_id: 'op-1', shrink: 'small'});
    const kept = step(turn.state, {type: 'reissued', op_id: 'op-1', op: null, now: 0, random: 0});
    assert.equal(found(kept, 1).status, 'attention');
  });
}

test('a photo that is not on the phone any more waits for a person, and the op never goes as complete', () => {
  const turn = walk([STORED, op(2)], wake, got(session), got(receipts(receipt(2))), {type: 'missing', sha256: 'small'});
  assert.equal(found(turn, 1).status, 'attention');
  assert.equal(found(turn, 1).reason, 'photo_missing');
  assert.equal(turn.state.phase, null);
});

test('a photo that a server swallows again and again waits for a person', () => {
  const ops = [{...WITH, photos: [photo('small', 100)]}];
  const lie = [got(receipts(receipt(1, 'stored', ['small']))), got(answer(200, {user: USER, sha256: 'small'}))];
  const turn = walk(ops, wake, got(session), ...lie, ...lie, ...lie, lie[0]);
  assert.equal(found(turn, 1).status, 'attention');
  assert.equal(found(turn, 1).reason, 'photo_refused');
});

test('a success ends the backoff and grows the batch again', () => {
  const {state} = walk([op(1), op(2)], wake, got(session), got(answer(500)));
  const turn = [{...wake, force: true}, got(session), got(receipts(receipt(1)))].reduce(
    (now, event) => step(now.state, {now: 0, random: 0.5, ...event}), {state: {...state, limit: 3}, effects: []});
  assert.equal(turn.state.fails, 0);
  assert.equal(turn.state.limit, 6);
});

test('a step changes nothing that it was given', () => {
  const ops = [WITH, op(2)];
  /** @param {any} value */
  const freeze = (value) => {
    if (value && typeof value === 'object') Object.values(Object.freeze(value)).forEach(freeze);
    return value;
  };
  let state = freeze(start(USER, ops));
  for (const event of [wake, got(answer(500)), {...wake, force: true}, got(session), got(answer(500)), {...wake, force: true}, got(session),
    got(receipts(receipt(1, 'stored', ['small']))), got(answer(500)), {...wake, force: true}, got(session), got(receipts(receipt(2))), got(answer(415)), wake]) {
    state = freeze(step(state, freeze({now: 0, random: 0.5, ...event})).state);
  }
  assert.equal(found({state}, 1).status, 'attention');
});
