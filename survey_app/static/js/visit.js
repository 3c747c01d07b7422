// 体验: where one is, what there is to do here, and what is still to be asked or confirmed.
import {one} from './capture.js';
import {fact, say} from './fact.js';
import * as outbox from './outbox.js';

/** @import {Agenda, AgendaLine} from './types.js' */

/** The page of a visit. @param {HTMLElement} section */
export async function visit(section) {
  const user = await outbox.recall('user');
  const away = section.querySelector('[data-away]');
  if (!user || !away) return; // the server's own page says it already
  const here = await outbox.recall(`visit:${user.id}`);
  const at = /** @type {HTMLElement} */ (one(section, '[data-here]'));
  at.hidden = !here;
  /** @type {HTMLElement} */ (away).hidden = Boolean(here);
  if (here) await showHere(at, here, user.id);
  if (here) fact(/** @type {HTMLElement} */ (one(at, 'form'))); // it was hidden when the page began
  const known = await outbox.recall(`agenda:${user.id}`);
  if (known) showAgenda(section, known);
  const response = await fetch('/api/v1/agenda', {cache: 'no-store'}).catch(() => null);
  const fresh = response?.ok ? await response.json().catch(() => null) : null;
  if (fresh?.user !== user.id) return;
  await outbox.remember(`agenda:${user.id}`, fresh);
  showAgenda(section, fresh);
}

/** @param {HTMLElement} box @param {any} here @param {string} user */
async function showHere(box, {rec_id, values}, user) {
  const {halls = []} = (await outbox.recall('catalog')) ?? {};
  one(box, '[data-hall]').textContent = halls.find((/** @type {any} */ {id}) => id === values.hall_id)?.name ?? '';
  const entries = await outbox.entries(user, 'waiting', 'photos', 'attention', 'released');
  const found = entries.filter(({raw}) => JSON.parse(raw).payload.visit_id === rec_id && JSON.parse(raw).kind === 'observation');
  const since = new Date(values.started_at).toLocaleTimeString(document.documentElement.lang, {hour: '2-digit', minute: '2-digit'});
  one(box, '[data-since]').textContent = `${say('since', since)} · ${found.length ? say('left', String(found.length)) : say('nothing')}`;
}

/** @param {HTMLElement} section @param {Agenda} agenda */
function showAgenda(section, {ask_again: again, entered, past, leaders, assignments = []}) {
  const select = /** @type {HTMLSelectElement} */ (one(section, 'select[name=for_person_id]'));
  if (select.options.length < 2) select.append(...leaders.map(({id, name}) => new Option(name, id)));
  /** @type {HTMLElement} */ (one(section, '[data-if-many]')).hidden = !leaders.length;
  for (const old of section.querySelectorAll('[data-agenda]')) old.remove();
  if (!(/** @type {HTMLElement} */ (one(section, '[data-away]')).hidden)) {
    list(section, say('assigned'), assignments.map(({id, hall, campaign, due_on}) => ({id, text: hall, hall: campaign, post: due_on})), 'visit#');
    for (const link of section.querySelectorAll('a[href^="/visit#"]')) link.addEventListener('click', (event) => take(event, section, assignments));
  }
  list(section, say('entered'), entered, 'confirm');
  list(section, say('again'), again, 'follow-up');
  list(section, say('past'), past.map(({hall, started_at, findings}) => ({
    id: '', text: hall, hall: `${new Date(started_at).toLocaleDateString(document.documentElement.lang)} · ${findings ? say('left', String(findings)) : say('none')}`, post: '',
  })), '');
}

/** Fills in where one is to go. @param {Event} event @param {HTMLElement} section @param {{id: string, hall_id: string}[]} assignments */
function take(event, section, assignments) {
  event.preventDefault();
  const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
  const found = assignments.find(({id}) => link.hash.endsWith(id));
  if (!found) return;
  /** @type {HTMLSelectElement} */ (one(section, 'select[name=hall_id]')).value = found.hall_id;
  /** @type {HTMLInputElement} */ (one(section, '[data-away] [name=assignment_id]')).value = found.id;
  scrollTo(0, 0);
}

/** @param {HTMLElement} section @param {string} title @param {AgendaLine[]} lines @param {string} page */
function list(section, title, lines, page) {
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
