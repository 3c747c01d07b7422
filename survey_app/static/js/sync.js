// The phone's sending rules as one pure function: it has no clock, network, storage or dice of its own.
// Page, worker and simulation run this same code. It never deletes: the farthest it goes is `released`.

/** @import {Answer, Effect, Event, Facts, Op, Pause, Phase, State, Status, Turn} from './types.js' */

const BATCH = 50;
const BATCH_BYTES = 240 * 1024;
const SWALLOWED = 3; // a photo asked for again, or an op damaged on the way, this often waits for a person
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WHOLE = 512 * 1024; // a larger photo goes in parts, and so does one that failed once
const PART = 64 * 1024;
const PROBE = 1024; // asks by the way how much of a photo is there
const LONGEST = 300_000;
const PATIENT = 3600; // seconds: no answer, whoever gave it, keeps a queue waiting longer
const BEGUN = 15; // photos in parts at a time; the server keeps 20 a person
const KEPT = ['stored', 'duplicate', 'held'];
const REFUSED = ['foreign', 'id_conflict', 'bad_digest', 'unreadable', 'too_large'];

/** A queue at rest. @param {string} user @param {Op[]} [ops] @returns {State} */
export const start = (user, ops = []) => ({
  user, ops, phase: null, batch: [], ready: false, stale: false, limit: BATCH,
  fails: 0, since: 0, until: 0, told: false, pause: null, tries: {}, broke: {},
  facts: null, look: false, review: null, offsets: {}, whole: false,
});

/**
 * What follows from an event: the next state and what the edge has to do, in order.
 * @param {State} state @param {Event} event @returns {{state: State, effects: Effect[]}}
 */
export function step(state, event) {
  const turn = {state: {...state}, effects: /** @type {Effect[]} */ ([]), now: event.now, random: event.random};
  if (event.type === 'wake') wake(turn, event.force);
  else if (event.type === 'load') Object.assign(turn.state, {ops: event.ops, facts: event.facts ?? null, phase: null, batch: [], ready: false, review: null});
  else if (event.type === 'answer') answered(turn, event.answer, event.asked ?? [], event.more ?? false);
  else if (event.type === 'missing') photoRefused(turn, event.sha256, 'photo_missing', false);
  else if (event.type === 'reissued') reissued(turn, event.op_id, event.op);
  else change(turn, event.op_id, {status: 'waiting', reason: null, retry_at: 0});
  if (event.type !== 'load') choose(turn);
  return {state: turn.state, effects: turn.effects};
}

/** @param {Turn} turn @param {boolean} [force] */
function wake({state}, force) {
  if (!force) return;
  state.look = Boolean(state.facts?.released);
  if (!state.told) state.until = 0;
  state.ops = state.ops.map((op) => (op.retry_at ? {...op, retry_at: 1} : op));
}

/** Starts the next call unless one is under way. @param {Turn} turn */
function choose({state, effects, now}) {
  if (state.phase) return;
  const texts = nextOps(state);
  const photo = texts.length ? undefined : nextPhoto(state);
  const review = reviewFirst(state, photo) ? state.review : null;
  const ids = texts.length || review || photo ? texts : nextMarked(state, now);
  if (!ids.length && !photo && !review && !state.look) {
    state.ready = false;
  } else if (now < state.until && now >= state.since) { // a clock that was put back does not make it longer
    state.ready = false;
    effects.push({type: 'wait', ms: state.until - now});
  } else if (!state.ready) {
    begin(state, 'session', [], effects, {type: 'session'});
  } else if (ids.length) {
    begin(state, 'ops', ids, effects, {type: 'ops', ids});
  } else if (review) {
    begin(state, 'have', [], effects, {type: 'have', after: review.after});
  } else if (photo) {
    const effect = photoEffect(state, photo);
    begin(state, effect.type, [photo.sha256], effects, effect);
  }
}

/** A question that fails stands behind the photos, as they stand behind it. @param {State} state @param {{sha256: string}} [photo] */
const reviewFirst = ({tries}, photo) => !photo || (tries.have ?? 0) <= (tries[photo.sha256] ?? 0);

/** Whole, or the next part from where the server is known to stand. @param {State} state @param {{sha256: string, len: number}} photo */
function photoEffect({tries, offsets, whole}, {sha256, len}) {
  if (whole || (len <= WHOLE && !tries[sha256])) return {type: /** @type {const} */ ('photo'), sha256};
  const offset = offsets[sha256];
  return {type: /** @type {const} */ ('part'), sha256, offset: offset ?? 0, size: offset === undefined ? PROBE : PART};
}

/** @param {State} state @param {Phase} phase @param {string[]} batch @param {Effect[]} effects @param {Effect} effect */
function begin(state, phase, batch, effects, effect) {
  Object.assign(state, {phase, batch});
  effects.push(effect);
}

/** Texts by seq; those that failed stand behind. @param {State} state */
function nextOps({ops, tries, limit}) {
  const waiting = ops.filter((op) => op.status === 'waiting')
    .sort((a, b) => (tries[a.op_id] ?? 0) - (tries[b.op_id] ?? 0) || a.seq - b.seq);
  let bytes = 0;
  const end = waiting.findIndex((op, i) => (bytes += op.size) > BATCH_BYTES || i >= limit);
  return waiting.slice(0, end < 0 ? limit : Math.max(1, end)).map((op) => op.op_id);
}

/** What a fault marked is tried again alone, when nothing else is left to do. @param {State} state @param {number} now */
const nextMarked = ({ops, tries}, now) =>
  ops.filter((op) => op.status === 'attention' && op.retry_at > 0 && op.retry_at <= now)
    .sort((a, b) => (tries[a.op_id] ?? 0) - (tries[b.op_id] ?? 0) || a.retry_at - b.retry_at)
    .slice(0, 1).map((op) => op.op_id);

/** The smallest photo that is asked for; those that failed stand behind. Where many lie half sent, none is begun. @param {State} state */
function nextPhoto({ops, tries, offsets}) {
  const asked = ops
    .filter((op) => op.status === 'photos')
    .flatMap((op) => op.photos.filter((photo) => op.need.includes(photo.sha256)));
  const begun = asked.filter(({sha256}) => offsets[sha256]);
  return (begun.length < BEGUN ? asked : begun)
    .sort((a, b) => (tries[a.sha256] ?? 0) - (tries[b.sha256] ?? 0) || a.len - b.len)[0];
}

/** @param {Turn} turn @param {string} id @param {Partial<Op>} changes */
function change(turn, id, changes) {
  const {state, effects} = turn;
  if (turn.ops !== state.ops) { // one copy and one index a turn: ten thousand may wait
    turn.ops = state.ops = [...state.ops];
    turn.at = new Map(state.ops.map(({op_id}, i) => [op_id, i]));
  }
  const i = turn.at?.get(id);
  const op = i === undefined ? undefined : state.ops[i];
  if (i === undefined || !op) return;
  const changed = {...op, ...changes};
  state.ops[i] = changed;
  effects.push({type: 'save', op: changed});
}

/** @param {Turn} turn @param {Answer} answer @param {Op[]} asked @param {boolean} more */
function answered(turn, answer, asked, more) {
  const {state} = turn;
  const {phase, batch} = state;
  state.phase = null;
  state.batch = [];
  const code = answer.body?.code;
  if (answer.status === 401) hold(turn, 'signed_out');
  else if (answer.status === 403) hold(turn, 'forbidden');
  else if (answer.status === 429) failed(turn, batch, answer.retry_after, true);
  else if (code === 'csrf_stale' && !state.stale) Object.assign(state, {stale: true, ready: false});
  else if (code === 'csrf_stale') failed(turn, batch, answer.retry_after);
  else if (phase === 'session') sessionAnswered(turn, answer);
  else if (phase === 'ops') opsAnswered(turn, batch, answer);
  else if (phase === 'have') reviewed(turn, answer, asked, more);
  else if (phase) photoAnswered(turn, batch[0] ?? '', answer, phase === 'part');
}

/** @param {Turn} turn @param {Answer} answer */
function sessionAnswered(turn, {status, body, retry_after}) {
  const id = status === 200 && body?.proto === 1 && body.user?.id;
  if (!id) failed(turn, [], retry_after);
  else if (id !== turn.state.user) hold(turn, 'other_user');
  else sessionReady(turn, body);
}

/** What was released is asked for again when the server is not the one that took it, or has gone back. @param {Turn} turn @param {any} body */
function sessionReady({state, effects, now}, {epoch = null, head = 0}) {
  const {facts} = state;
  Object.assign(state, {ready: true, pause: null, look: false});
  if (!facts) return;
  const back = facts.epoch !== null && (epoch !== facts.epoch || head < facts.head);
  const long = now - facts.asked_at >= DAY || facts.asked_at > now;
  if (!facts.released || !(back || long || facts.epoch === null)) {
    if (facts.epoch !== epoch) know(state, effects, {epoch, head, asked_at: now});
  } else if (!state.review) {
    state.review = {epoch, head, back, after: ''};
  }
}

/** @param {State} state @param {Effect[]} effects @param {Partial<Facts>} news */
function know(state, effects, news) {
  if (!state.facts) return;
  state.facts = {...state.facts, ...news};
  effects.push({type: 'know', facts: state.facts});
}

/** What the server lacks of what it once took is offered again. @param {Turn} turn @param {Answer} answer @param {Op[]} asked @param {boolean} more */
function reviewed(turn, {status, body, retry_after}, asked, more) {
  const {state, effects, now} = turn;
  const {review} = state;
  if (!review) return;
  const about = new Set(asked.flatMap(({sha256, photos}) => [sha256, ...photos.map((photo) => photo.sha256)]));
  const ours = status === 200 && body?.proto === 1 && body.user === state.user && Array.isArray(body.lacks)
    && body.lacks.every((/** @type {string} */ sha256) => about.has(sha256)); // or it was another question
  if (!ours && status !== 404) {
    bump(state, 'have');
    if (status) state.review = null; // it holds up nothing else; the next run asks again
    return failed(turn, [], retry_after);
  }
  const lacks = new Set(ours ? body.lacks : review.back ? asked.map(({sha256}) => sha256) : []); // who cannot be asked gets all
  const again = asked.map((op) => offerAgain(op, lacks)).filter((op) => op !== null);
  state.ops = [...state.ops, ...again];
  for (const op of again) effects.push({type: 'save', op});
  const last = asked.at(-1);
  state.review = more && last ? {...review, after: last.op_id} : null;
  forgive(state, ['have']);
  if (!state.review) know(state, effects, {epoch: review.epoch, head: review.head, asked_at: now});
}

/** What an edit with a smaller photo replaced goes again too, or that edit waits for its base for ever; its photos do not.
 * @param {Op} op @param {Set<string>} lacks @returns {Op|null} */
function offerAgain(op, lacks) {
  if (op.status === 'replaced') return lacks.has(op.sha256) ? {...op, status: 'waiting', reason: 'replaced', need: []} : null;
  if (lacks.has(op.sha256)) return {...op, status: 'waiting', need: []};
  const need = op.photos.map(({sha256}) => sha256).filter((sha256) => lacks.has(sha256));
  return need.length ? {...op, status: 'photos', need} : null;
}

/** @param {Turn} turn @param {string[]} batch @param {Answer} answer */
function opsAnswered(turn, batch, {status, body, retry_after}) {
  const {state} = turn;
  const ours = status === 200 && body?.proto === 1 && body.user === state.user;
  if (ours && Array.isArray(body.receipts)) return receiptsArrived(turn, batch, body.receipts, retry_after);
  const again = status === 500 && batch.every((id) => state.broke[id]);
  if (status === 500) broken(state, batch);
  if (status === 400 || status === 413 || again) halve(turn, batch, body?.code ?? `http_${status}`);
  if (status !== 400 && status !== 413) failed(turn, batch, retry_after);
}

/** @param {State} state @param {string[]} ids */
const broken = (state, ids) => (state.broke = {...state.broke, ...Object.fromEntries(ids.map((id) => [id, true]))});

/** @param {Turn} turn @param {string[]} batch @param {any[]} receipts @param {number} retryAfter */
function receiptsArrived(turn, batch, receipts, retryAfter) {
  let valid = 0;
  /** @type {string[]} */
  const left = [];
  const byId = new Map(turn.state.ops.map((op) => [op.op_id, op]));
  batch.forEach((id, i) => {
    const op = byId.get(id);
    const receipt = receipts.find((r) => r?.op_id === id) ?? receipts[i];
    if (op && settle(turn, op, receipt)) valid += 1;
    else left.push(id);
  });
  if (valid) succeeded(turn, batch);
  const head = Math.max(turn.state.facts?.head ?? 0, ...receipts.map((receipt) => Number(receipt?.server_seq) || 0));
  if (valid && head > (turn.state.facts?.head ?? 0)) know(turn.state, turn.effects, {head});
  left.forEach((id) => bump(turn.state, id));
  if (!valid) failed(turn, [], retryAfter);
}

/** Whether the receipt speaks of this op; if so, does what it says. @param {Turn} turn @param {Op} op @param {any} receipt */
function settle(turn, op, receipt) {
  const status = receipt?.status;
  const exact = receipt?.op_id === op.op_id && receipt.sha256 === op.sha256;
  if (exact && KEPT.includes(status) && Array.isArray(receipt.need)) kept(turn, op, status, receipt.need);
  else if (!REFUSED.includes(status) || (receipt.op_id !== op.op_id && receipt.sha256 !== op.sha256)) return false;
  else if (status === 'id_conflict' && !exact) return false; // somebody else's words under this id
  else if (status === 'bad_digest' && (turn.state.tries[op.op_id] ?? 0) < SWALLOWED) return false;
  else refused(turn, op, status);
  return true;
}

/** @param {Turn} turn @param {Op} op @param {string} answer @param {string[]} need */
function kept(turn, op, answer, need) {
  if (op.reason === 'replaced') return change(turn, op.op_id, {answer, need: [], status: 'replaced'});
  const {tries} = turn.state;
  const unknown = need.some((sha256) => !op.photos.some((photo) => photo.sha256 === sha256));
  const swallowed = need.some((sha256) => (tries[sha256] ?? 0) >= SWALLOWED);
  /** @type {Partial<Op>} */
  let end = {status: need.length ? 'photos' : 'released', reason: null, retry_at: 0};
  if (unknown || swallowed) end = attention(turn, unknown ? 'photo_missing' : 'photo_refused');
  if (swallowed) turn.state.tries = {};
  if (!need.length && op.photos.length) forgive(turn.state, op.photos.map(({sha256}) => sha256));
  change(turn, op.op_id, {answer, need, ...end});
}

/** What was damaged on the way may be there from before: only a taken id makes it an op of its own. @param {Turn} turn @param {Op} op @param {string} status */
function refused(turn, op, status) {
  const final = status === 'unreadable' || status === 'too_large';
  change(turn, op.op_id, {...attention(turn, status), ...(final && {retry_at: 0})});
  if (status === 'id_conflict' && !op.reissue_of) turn.effects.push({type: 'reissue', op_id: op.op_id, shrink: null});
}

/** @param {Turn} turn @param {string} reason @returns {{status: Status, reason: string, retry_at: number}} */
const attention = ({now}, reason) => ({status: 'attention', reason, retry_at: now + HOUR});

/** @param {Turn} turn @param {string[]} batch @param {string} reason */
function halve(turn, batch, reason) {
  const [only] = batch;
  if (batch.length === 1 && only) change(turn, only, attention(turn, reason));
  else turn.state.limit = Math.ceil(batch.length / 2);
}

/** @param {Turn} turn @param {string} sha256 @param {Answer} answer @param {boolean} part */
function photoAnswered(turn, sha256, {status, body, retry_after}, part) {
  const {state} = turn;
  const broke = state.broke[sha256];
  const ours = status >= 200 && status < 300 && body?.sha256 === sha256 && body.user === state.user;
  const offset = ours ? body.offset : body?.code === 'offset_conflict' ? body.details?.offset : undefined;
  if (status === 500) broken(state, [sha256]);
  if (Number.isInteger(offset) && offset >= 0 && offset !== state.offsets[sha256]) partAnswered(turn, sha256, offset);
  else if (ours && offset === undefined) photoArrived(turn, sha256);
  else if (part && (status === 405 || status === 501)) state.whole = true; // it takes no parts
  else if ([400, 409, 422].includes(status)) photoRefused(turn, sha256, 'photo_refused', false);
  else if (status === 413 || status === 415) photoRefused(turn, sha256, 'photo_refused', true);
  else {
    if (status === 500 && broke) photoRefused(turn, sha256, 'http_500', false);
    failed(turn, [sha256], retry_after);
  }
}

/** A part that arrived is progress, and so is knowing where to go on. @param {Turn} turn @param {string} sha256 @param {number} [offset] */
function partAnswered(turn, sha256, offset) {
  succeeded(turn, []);
  turn.state.offsets = {...turn.state.offsets, [sha256]: offset};
}

/** An op whose photos are all over is offered once more: only a receipt that needs nothing releases it. @param {Turn} turn @param {string} sha256 */
function photoArrived(turn, sha256) {
  partAnswered(turn, sha256, undefined);
  bump(turn.state, sha256);
  for (const op of wanting(turn.state, sha256)) {
    const need = op.need.filter((other) => other !== sha256);
    change(turn, op.op_id, {need, status: need.length ? op.status : 'waiting'});
  }
}

/** @param {State} state @param {string} sha256 */
const wanting = (state, sha256) => state.ops.filter((op) => op.status === 'photos' && op.need.includes(sha256));

/** @param {Turn} turn @param {string} sha256 @param {string} reason @param {boolean} shrink */
function photoRefused(turn, sha256, reason, shrink) {
  const {state} = turn;
  if (state.phase === 'photo' || state.phase === 'part') state.phase = null;
  state.offsets = {...state.offsets, [sha256]: undefined};
  for (const op of wanting(turn.state, sha256)) {
    change(turn, op.op_id, attention(turn, reason));
    if (shrink && !op.reissue_of) turn.effects.push({type: 'reissue', op_id: op.op_id, shrink: sha256});
  }
}

/** @param {Turn} turn @param {string} id @param {Op|null} op */
function reissued(turn, id, op) {
  if (!op) return;
  change(turn, id, {status: 'replaced', retry_at: 0});
  turn.state.ops = [...turn.state.ops, op];
}

/** @param {State} state @param {string} id */
const bump = (state, id) => (state.tries = {...state.tries, [id]: (state.tries[id] ?? 0) + 1});

/** @param {State} state @param {string[]} ids */
function forgive(state, ids) {
  const over = new Set(ids);
  if (ids.some((id) => state.tries[id])) state.tries = Object.fromEntries(Object.entries(state.tries).filter(([id]) => !over.has(id)));
}

/** @param {Turn} turn @param {string[]} batch */
function succeeded({state}, batch) {
  Object.assign(state, {fails: 0, until: 0, told: false, stale: false, pause: null, broke: {}, limit: Math.min(BATCH, state.limit * 2)});
  forgive(state, batch);
}

/** Full jitter, never earlier than the server asked. @param {Turn} turn @param {string[]} batch @param {number} retryAfter @param {boolean} [busy] */
function failed({state, now, random}, batch, retryAfter, busy = false) {
  const ms = random * Math.min(LONGEST, 2000 * 2 ** state.fails);
  for (const id of batch) bump(state, id);
  state.fails += 1;
  if (state.fails > 2 && batch.length) state.limit = Math.max(1, state.limit >> 1);
  Object.assign(state, {
    ready: false, stale: false, pause: busy ? 'busy' : null, since: now,
    until: now + Math.max(ms, Math.min(retryAfter, PATIENT) * 1000), told: busy || retryAfter > 0,
  });
}

/** A queue that a person has to free asks again each minute; signing in opens a page and so asks at once. @param {Turn} turn @param {Pause} pause */
function hold({state, now}, pause) {
  Object.assign(state, {pause, ready: false, stale: false, since: now, until: now + 60_000, told: false});
}
