// The list of what was captured: where each record is, and what can be done with it.
import {one, refreshLists} from './capture.js';
import {mask} from './mask.js';
import * as outbox from './outbox.js';
import {TEXT, say} from './record_words.js';
import {look, seen} from './seen.js';

/** @import {Entry, Values} from './types.js' */

/** @param {Entry} entry @param {string[]} batch @returns {'sending'|'released'|'attention'|'waiting'} */
function stateOf({status, op_id, need}, batch) {
  if (status === 'released' || status === 'attention') return status;
  return batch.includes(op_id) || batch.some((sha256) => need.includes(sha256)) || status === 'photos' ? 'sending' : 'waiting';
}

/** The last op of each record, and each that waits for a person. @param {Entry[]} entries */
function newest(entries) {
  const last = new Map(entries.sort((a, b) => a.seq - b.seq).map((entry) => [entry.rec_id, entry]));
  return entries.filter((entry) => entry.status === 'attention' || last.get(entry.rec_id) === entry).reverse();
}

const RECORD = ['observation', 'withdraw'];
/** A visit, a look round, a call: shown while it waits, and then on the visit's own page. @param {Entry} entry */
const isRecord = ({raw}) => RECORD.includes(JSON.parse(raw).kind);

/** The op whose words a record shows: what takes a record back has none of its own. @param {Entry} entry @param {Entry[]} entries @returns {Entry} */
function wordsOf(entry, entries) {
  const {kind, base} = JSON.parse(entry.raw);
  const below = kind === 'withdraw' && entries.find(({op_id}) => op_id === base);
  return below ? wordsOf(below, entries) : entry;
}

/** What the server last said of a record. @param {import('./seen.js').Seen|undefined} found */
const toldOf = (found) => (found?.lines ?? []).map(({text, tone}) => {
  const line = document.createElement('p');
  line.append(Object.assign(document.createElement('span'), {className: tone ? `badge badge--${tone}` : '', textContent: text}));
  return line;
});

const TONES = {draft: '', waiting: 'warn', sending: 'info', released: 'good', attention: 'bad'};

/** What is on this phone, above what the server lists; each says where it is. @param {HTMLElement} section */
export async function records(section) {
  const list = one(section, '[data-list]');
  const template = /** @type {HTMLTemplateElement} */ (one(section, 'template'));
  const empty = /** @type {HTMLElement} */ (one(section, '[data-empty]'));
  /** @type {string[]} */
  let batch = [];
  const onPhone = Boolean(section.closest('[data-view]'));

  /** What the server's list last showed and this phone does not have itself. @param {import('./seen.js').Seen} found */
  function seenRow(found) {
    const item = row('released', {text: found.text}, 0, 0);
    one(item, 'time').textContent = found.post;
    item.append(Object.assign(document.createElement('p'), {className: 'muted', textContent: found.hall}), ...toldOf(found));
    return item;
  }

  /** @param {keyof typeof TONES} state @param {Values} values @param {number} photos @param {number} at */
  function row(state, values, photos, at) {
    const item = /** @type {HTMLElement} */ (one(/** @type {DocumentFragment} */ (template.content.cloneNode(true)), 'li'));
    const badge = one(item, '.badge');
    badge.textContent = say(state);
    if (TONES[state]) badge.classList.add(`badge--${TONES[state]}`);
    one(item, '[data-text]').textContent = mask(String(values.text || values.quote || say('wordless', photos)));
    one(item, 'time').textContent = new Date(at).toLocaleString(document.documentElement.lang, {month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit'});
    item.dataset.local = state;
    return item;
  }

  async function show() {
    const user = await outbox.recall('user');
    if (!user) return;
    const ways = await import('./ways.js').catch(() => null); // not on the phone yet: the list is, all the same
    const drafts = (await outbox.drafts(user.id)).map((draft) => {
      const item = row('draft', draft.values, draft.photos.length, draft.updated_at);
      if (draft.of) one(item, '.badge').textContent = say('edited');
      const goOn = Object.assign(document.createElement('a'), {href: `/capture#${draft.id}`, textContent: say('go_on'), className: 'button button--quiet'});
      const line = Object.assign(document.createElement('p'), {className: 'row'});
      line.append(goOn, ...(ways ? [ways.drop(draft.id, show)] : []));
      item.append(line);
      return item;
    });
    const told = onPhone ? await seen(user.id) : [];
    const there = new Set([...list.querySelectorAll('[data-record]')].map((item) => item.getAttribute('data-record')));
    const entries = await outbox.entries(user.id, 'waiting', 'photos', 'attention', 'released');
    const news = (await ways?.known(user.id)) ?? {};
    const isHeld = (/** @type {Entry} */ {rec_id}) => ['held', 'set_aside'].includes(news[rec_id]?.event ?? '');
    const mine = newest(entries).filter((entry) => entry.status !== 'released' || ((isRecord(entry) || isHeld(entry)) && !there.has(entry.rec_id)));
    const items = mine.map((entry) => {
      const state = stateOf(entry, batch);
      const words = wordsOf(entry, entries);
      const {kind, payload} = JSON.parse(words.raw);
      const item = row(state, payload, words.photos.length, Date.parse(entry.made_at));
      const title = ways?.title(kind);
      if (title) one(item, '[data-text]').textContent = mask([title, payload.note || payload.text].filter(Boolean).join('：'));
      if (words !== entry) one(item, '.badge').after(' ', say('taken_back'));
      const why = entry.reason && entry.reason in TEXT ? entry.reason : 'attention_other';
      if (state === 'attention') item.append(Object.assign(document.createElement('p'), {textContent: say(/** @type {keyof typeof import('./record_words.js').ZH} */ (why))}));
      item.append(...toldOf(told.find(({id}) => id === entry.rec_id)));
      ways?.offer(item, {entry, words: wordsOf(entry, entries)}, news);
      return item;
    });
    const shown = new Set(mine.map(({rec_id}) => rec_id));
    const rest = told.filter(({id}) => !shown.has(id)).map(seenRow);
    if (ways) for (const item of /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll('[data-record]'))) {
      const entry = entries.filter(({rec_id}) => rec_id === item.dataset.record).sort((a, b) => b.seq - a.seq)[0];
      if (entry?.status === 'released') ways.offer(item, {entry, words: wordsOf(entry, entries)}, news);
    }
    for (const old of list.querySelectorAll('[data-local]')) old.remove();
    list.prepend(...drafts, ...items, ...rest);
    empty.hidden = list.childElementCount > 0;
  }

  outbox.listen((news) => {
    batch = news.batch ?? batch;
    show();
  });
  const me = await outbox.recall('user');
  if (me && !onPhone && !location.search) await look(list, me.id);
  await show();
  await refreshLists(() => undefined);
  const ways = await import('./ways.js').catch(() => null);
  if (me && ways) await ways.refresh(me.id).then(show);
}
