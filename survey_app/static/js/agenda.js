// What a person has before them, kept on the phone: whom to ask again, what to confirm, where to go.
import {say} from './field_words.js';
import {announce} from './notice.js';
import * as outbox from './outbox.js';
import {seen} from './seen.js';

/** @import {Agenda, AgendaLine, Assignment} from './types.js' */

/** Asks the server for it, where there is a signal. @param {boolean} [orKnown] else what was known @returns {Promise<Agenda|null>} */
export async function refresh(orKnown) {
  const user = await outbox.recall('user');
  const response = user && (await fetch('/api/v1/agenda', {cache: 'no-store', redirect: 'manual'}).catch(() => null));
  const fresh = response?.ok ? await response.json().catch(() => null) : null;
  if (!user || fresh?.user !== user.id) return user && orKnown ? known(user.id) : null;
  await outbox.remember(`agenda:${fresh.user}`, fresh);
  await goOnWith(fresh);
  return waiting(fresh);
}

/** A visit that was begun on another phone goes on here; one that began here is as this phone says. @param {Agenda} agenda */
async function goOnWith({user, open}) {
  if (!open || (await outbox.recall(`visit:${user}`))) return;
  const own = await outbox.entries(user, 'waiting', 'photos', 'attention', 'released');
  if (own.some(({rec_id}) => rec_id === open.id)) return;
  await outbox.remember(`visit:${user}`, {rec_id: open.id, op_id: open.op_id, values: open.payload, checklist_id: open.checklist_id});
}

/** The day it is here. */
export const today = () => {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
};

/** What this phone knows of it. @param {string} user @returns {Promise<Agenda|null>} */
export async function known(user) {
  const found = await outbox.recall(`agenda:${user}`);
  return found ? waiting(found) : null;
}

/** Without what was answered on this phone and is still on its way. @param {Agenda} agenda @returns {Promise<Agenda>} */
async function waiting(agenda) {
  const entries = await outbox.entries(agenda.user, 'waiting', 'photos', 'released');
  const said = entries.map(({raw}) => JSON.parse(raw));
  const asked = said.filter(({kind, payload}) => kind === 'follow_up' && payload.result !== 'unknown').map(({payload}) => payload.observation_id);
  const judged = said.filter(({kind}) => kind === 'confirmation').map(({payload}) => payload.record_id);
  const gone = said.flatMap(({payload}) => payload.assignment_id ?? []);
  const visits = said.filter(({kind, payload}) => kind === 'visit' && !payload.for_person_id).map(({payload}) => payload);
  const isDone = (/** @type {Assignment} */ {id, hall_id, begins_on}) =>
    gone.includes(id) || visits.some((visit) => visit.hall_id === hall_id && begins_on !== undefined && visit.started_at >= begins_on);
  return {
    ...agenda,
    ask_again: [...agenda.ask_again, ...(agenda.ask_later ?? []).filter(({ask_on: day = ''}) => day <= today())].filter(({id}) => !asked.includes(id)),
    entered: agenda.entered.filter(({id}) => !judged.includes(id)),
    assignments: (agenda.assignments ?? []).filter((one) => !isDone(one)),
  };
}

/** The record that a page is about, as a list showed it: a reminder, what the phone has, or what it saw. @param {string} user @param {string} id @returns {Promise<AgendaLine|undefined>} */
export async function line(user, id) {
  const agenda = await outbox.recall(`agenda:${user}`);
  /** @type {AgendaLine[]} */
  const told = [...(agenda?.ask_again ?? []), ...(agenda?.ask_later ?? []), ...(agenda?.entered ?? [])];
  return told.find((one) => one.id === id) ?? (await seen(user)).find((one) => one.id === id);
}

/** Whom to ask again and what to confirm, in a part of its own. @param {HTMLElement} section @param {Agenda} agenda */
export function showWaiting(section, {ask_again: again, entered}) {
  for (const old of section.querySelectorAll('[data-agenda]')) old.remove();
  list(section, say('entered'), entered, 'confirm');
  list(section, say('again'), again, 'follow-up');
}

/** @param {HTMLElement} section @param {string} title @param {AgendaLine[]} lines @param {string} page */
export function list(section, title, lines, page) {
  if (!lines.length) return;
  const card = Object.assign(document.createElement('section'), {className: 'card stack'});
  card.dataset.agenda = '';
  const items = Object.assign(document.createElement('ul'), {className: 'plain'});
  items.append(...lines.map(({id, text, hall, post}) => {
    const item = Object.assign(document.createElement('li'), {className: 'plain__row'});
    const words = page ? Object.assign(document.createElement('a'), {href: `/${page}/${id}`, className: 'plain__link'}) : document.createElement('span');
    words.textContent = text;
    item.append(words, Object.assign(document.createElement('span'), {className: 'muted', textContent: [hall, post].filter(Boolean).join(' · ')}));
    return item;
  }));
  card.append(Object.assign(document.createElement('h2'), {className: 'card__title', textContent: title}), items);
  section.append(card);
}

/** The reminders above one's own records: where the page is the phone's own, it shows what is known. @param {HTMLElement} section */
export async function todo(section) {
  const user = await outbox.recall('user');
  if (location.hash === '#said') announce(section, say('saved'), 'good');
  if (!user || 'shown' in section.dataset) return;
  const before = await known(user.id);
  if (before) showWaiting(section, before);
  const fresh = await refresh();
  if (fresh) showWaiting(section, fresh);
}
