// Walks events through the pure core: what every test of its rules starts from.
import {start, step} from '../../survey_app/static/js/sync.js';

export const USER = 'u-1';
export const HOUR = 3_600_000;
export const clock = {now: 0};

/** @param {number} seq @param {Partial<import('../../survey_app/static/js/types.js').Op>} [more] */
export const op = (seq, more = {}) => ({
  op_id: `op-${seq}`, sha256: `sha-${seq}`, seq, size: 1000, photos: [], status: /** @type {const} */ ('waiting'),
  need: [], answer: null, reason: null, retry_at: 0, reissue_of: null, ...more,
});
/** @param {string} sha256 @param {number} len */
export const photo = (sha256, len) => ({sha256, len});
export const session = {status: 200, body: {proto: 1, user: {id: USER}, csrf: 't'}, retry_after: 0};
/** @param {number} status @param {any} [body] @param {number} [retry_after] */
export const answer = (status, body = null, retry_after = 0) => ({status, body, retry_after});
/** @param {any[]} receipts */
export const receipts = (...receipts) => answer(200, {proto: 1, user: USER, receipts});
/** @param {number} seq @param {string} [status] @param {string[]} [need] */
export const receipt = (seq, status = 'stored', need = []) => ({op_id: `op-${seq}`, sha256: `sha-${seq}`, status, need});

/** Walks events through the core. @param {any[]} ops @param {any[]} events */
export function walk(ops, ...events) {
  let turn = {state: start(USER, ops), effects: /** @type {any[]} */ ([])};
  for (const event of events) turn = step(turn.state, {now: clock.now, random: 0.5, ...event});
  return turn;
}
export const wake = {type: 'wake'};
/** @param {any} answer */
export const got = (answer) => ({type: 'answer', answer});
/** @param {any} turn @param {string} type */
export const effect = (turn, type) => turn.effects.find((/** @type {any} */ e) => e.type === type);
/** @param {any} turn @param {number} seq */
export const found = (turn, seq) => turn.state.ops.find((/** @type {any} */ o) => o.seq === seq);
