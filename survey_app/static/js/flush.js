// Carries out what the rules in sync.js decide: one sender on this phone, the token fetched each time and never kept.
import * as outbox from './outbox.js';
import {start, step} from './sync.js';

/** @import {Answer, Effect, Entry, Op, State} from './types.js' */

const PATIENCE = 30_000;
const MINUTE = 60_000;
/** @type {State} */
let state = start('');
let queued = false;
let timer = 0;

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

/** @param {boolean} force */
async function send(force) {
  const user = await outbox.recall('user');
  if (!user) return;
  if (state.user !== user.id) state = start(user.id);
  /** @type {any[]} */
  const events = [{type: 'load', ops: (await outbox.entries(user.id, 'waiting', 'photos', 'attention')).map(slim)}, {type: 'wake', force}];
  const line = {user: user.id, csrf: ''};
  while (events.length) {
    const turn = step(state, {now: Date.now(), random: Math.random(), ...events.shift()});
    state = turn.state;
    for (const effect of turn.effects) {
      const event = await perform(effect, line);
      if (event) events.push(event);
    }
  }
  news();
}

/** What the pages show while something is on its way. */
const news = () => outbox.announce({batch: state.batch, fails: state.fails, pause: state.pause});

/** The rules do not look at the words. @param {Entry} entry @returns {Op} */
const slim = ({op_id, sha256, seq, size, photos, status, need, answer, reason, retry_at, reissue_of}) =>
  ({op_id, sha256, seq, size, photos, status, need, answer, reason, retry_at, reissue_of});

/** @param {Effect} effect @param {{user: string, csrf: string}} line */
async function perform(effect, line) {
  if (effect.type === 'save') return void (await outbox.settle(effect.op));
  if (effect.type === 'wait') return later(effect.ms);
  if (effect.type === 'reissue') return reissue(effect.op_id, effect.shrink, line.user);
  news();
  if (effect.type === 'session') return {type: 'answer', answer: await session(line)};
  if (effect.type === 'ops') return {type: 'answer', answer: await sendOps(effect.ids, line.csrf)};
  return sendPhoto(effect.sha256, line);
}

/** @param {number} ms */
function later(ms) {
  clearTimeout(timer);
  timer = setTimeout(() => flush(false), ms);
}

/** @param {string} id @param {string|null} shrink @param {string} user */
async function reissue(id, shrink, user) {
  const smaller = shrink ? await shrinkAgain(shrink, user) : null;
  const entry = shrink && !smaller ? null : await outbox.reissue(id, smaller);
  return {type: 'reissued', op_id: id, op: entry && slim(entry)};
}

/** @param {string} sha256 @param {string} user */
async function shrinkAgain(sha256, user) {
  const old = await outbox.photo(user, sha256);
  const {shrink} = await import('./photos.js');
  const photo = old && (await shrink(new Blob([old.bytes]), 1000, old.len / 2).catch(() => null));
  return photo ? {old: sha256, photo} : null;
}

/** @param {{csrf: string}} line */
async function session(line) {
  const answer = await call('/api/v1/session', {}, PATIENCE);
  line.csrf = answer.body?.csrf ?? '';
  return answer;
}

/** @param {string[]} ids @param {string} csrf */
async function sendOps(ids, csrf) {
  const ops = (await Promise.all(ids.map(outbox.entry))).map((entry) => ({raw: entry?.raw, sha256: entry?.sha256}));
  const headers = {'Content-Type': 'application/json', 'X-CSRFToken': csrf};
  return call('/api/v1/ops', {method: 'POST', headers, body: JSON.stringify({ops})}, PATIENCE * 2);
}

/** @param {string} sha256 @param {{user: string, csrf: string}} line */
async function sendPhoto(sha256, {user, csrf}) {
  const photo = await outbox.photo(user, sha256);
  if (!photo || photo.bytes.byteLength !== photo.len) return {type: 'missing', sha256};
  const headers = {'Content-Type': photo.mime, 'X-CSRFToken': csrf};
  const patience = PATIENCE + photo.len / 2; // a line of 2 bytes a millisecond is still a line
  return {type: 'answer', answer: await call(`/api/v1/photos/${sha256}`, {method: 'PUT', headers, body: photo.bytes}, patience)};
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
