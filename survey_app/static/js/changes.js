// What the office did with one's records, kept on the phone so that it can be read without a signal.
import * as outbox from './outbox.js';

/** @typedef {{n: number, rec_id: string, op_id: string|null, event: string, code: string, note: string, at: string}} Change */

/** The last thing that happened to each record, by its id. @param {string} user @returns {Promise<Record<string, Change>>} */
export async function known(user) {
  return (await outbox.recall(`changes:${user}`))?.last ?? {};
}

/** Asks for what is new; a restored server tells its story from the start. @param {string} user */
export async function refresh(user) {
  let {epoch = null, next = 0, last = {}} = (await outbox.recall(`changes:${user}`)) ?? {};
  for (let more = true; more; ) {
    const response = await fetch(`/api/v1/changes?since=${next}`, {cache: 'no-store', redirect: 'manual'}).catch(() => null);
    const body = response?.ok ? await response.json().catch(() => null) : null;
    if (body?.proto !== 1 || body.user !== user || !Array.isArray(body.changes)) return;
    const other = epoch !== null && body.epoch !== epoch;
    if (other) [next, last] = [0, {}];
    else for (const change of /** @type {Change[]} */ (body.changes)) last[change.rec_id] = change;
    if (!other) next = body.next;
    more = other || body.more;
    epoch = body.epoch;
    await outbox.remember(`changes:${user}`, {epoch, next, last});
  }
}
