// What the server's list of one's own records last said, kept so that it can be read without a signal.
import * as outbox from './outbox.js';

/** @typedef {{id: string, text: string, hall: string, post: string, lines: {text: string, tone: string}[]}} Seen `hall` holds where and how, `post` when */

/** @param {string} user @returns {Promise<Seen[]>} */
export const seen = async (user) => (await outbox.recall(`seen:${user}`))?.rows ?? [];

/** Keeps what the page shows. @param {Element} list @param {string} user */
export async function look(list, user) {
  const text = (/** @type {Element|null} */ part) => part?.textContent?.trim() ?? '';
  const rows = [.../** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll('[data-record]'))].map((item) => ({
    id: item.dataset.record ?? '', text: text(item.querySelector('.record__text')), hall: text(item.querySelector('.muted')), post: text(item.querySelector('time')),
    lines: [...item.querySelectorAll('[data-progress]')].map((part) => ({text: text(part), tone: part.getAttribute('data-progress') ?? ''})),
  }));
  await outbox.remember(`seen:${user}`, {rows});
}
