// 体验: where one is, what there is to do here, and what is still to be asked or confirmed.
import {known, list, refresh, showWaiting} from './agenda.js';
import {one} from './capture.js';
import {fact} from './fact.js';
import {say} from './field_words.js';
import {found} from './found.js';
import {announce, listOf} from './notice.js';
import * as outbox from './outbox.js';

/** @import {Agenda, Visiting} from './types.js' */

/** The page of a visit. @param {HTMLElement} section */
export async function visit(section) {
  const user = await outbox.recall('user');
  const away = section.querySelector('[data-away]');
  if (!user || !away) return; // the server's own page says it already
  const here = await outbox.visiting(user.id);
  const at = /** @type {HTMLElement} */ (one(section, '[data-here]'));
  at.hidden = !here;
  /** @type {HTMLElement} */ (away).hidden = Boolean(here);
  if (here) await showHere(at, here, user.id);
  else await begin(section), await showLeft(section, user.id), await showForgotten(section, user.id);
  if (here) fact(/** @type {HTMLElement} */ (one(at, 'form'))); // it was hidden when the page began
  const before = await known(user.id);
  if (before) showAgenda(section, before);
  const fresh = await refresh();
  if (!here && (await outbox.visiting(user.id))) return location.reload(); // it was begun on another phone
  if (fresh) showAgenda(section, fresh);
}

/** Where the counter stands whose label was scanned. @param {HTMLElement} section */
async function begin(section) {
  const code = new URLSearchParams(location.search).get('counter');
  const {halls} = (await outbox.recall('catalog')) ?? {};
  if (halls && !halls.length) announce(section, say('no_halls'), 'warn');
  const hall = code && halls?.find((/** @type {any} */ {counters}) => counters.some((/** @type {any} */ one) => one.code === code));
  const select = /** @type {HTMLSelectElement} */ (one(section, 'select[name=hall_id]'));
  if (!hall) return;
  if (![...select.options].some(({value}) => value === hall.id)) select.append(new Option(hall.name, hall.id));
  select.value = hall.id;
}

/** @param {HTMLElement} box @param {Visiting} here @param {string} user */
async function showHere(box, {rec_id, op_id, values}, user) {
  one(box, '[data-hall]').textContent = await nameOf(values.hall_id);
  const {words, lines} = await found(user, rec_id);
  const since = new Date(values.started_at).toLocaleTimeString(document.documentElement.lang, {hour: '2-digit', minute: '2-digit'});
  const line = one(box, '[data-since]');
  line.textContent = `${say('since', since)} · ${words || say('nothing')}`;
  line.after(...listOf(lines));
  const undo = Object.assign(document.createElement('button'), {type: 'button', className: 'button button--quiet', textContent: say('undo')});
  undo.addEventListener('click', () => takeBack({rec_id, op_id}, user));
  box.append(undo);
}

/** Somebody chose the wrong hall: the visit is taken back as a record is; what was recorded on it stays. @param {{rec_id: string, op_id: string}} here @param {string} user */
async function takeBack({rec_id, op_id}, user) {
  const {ask} = await import('./dialog.js');
  const choices = [{text: say('undo_yes'), value: 'yes', style: 'danger'}, {text: say('undo_no'), value: ''}];
  const {value} = await ask({title: say('undo'), text: say('undo_text'), choices});
  if (value !== 'yes') return;
  await outbox.save(user, {kind: 'withdraw', payload: {reason: ''}, photos: [], rec_id, base: op_id}, []);
  await outbox.remember(`visit:${user}`, null);
  location.assign('/visit');
}

/** @param {string} hall */
async function nameOf(hall) {
  const {halls = []} = (await outbox.recall('catalog')) ?? {};
  return halls.find((/** @type {any} */ {id}) => id === hall)?.name ?? '';
}

/** What the visit that was just left came to. @param {HTMLElement} section @param {string} user */
async function showLeft(section, user) {
  const [, left] = location.hash.match(/^#left-(.+)/) ?? [];
  if (!left) return;
  const {words, lines} = await found(user, left);
  announce(section, say('over_now', words || say('none')), 'good', lines);
}

/** Somebody went without pressing 走了: said once. @param {HTMLElement} section @param {string} user */
async function showForgotten(section, user) {
  const {values} = (await outbox.recall(`visit:${user}`)) ?? {};
  if (!values) return;
  const day = new Date(values.started_at).toLocaleDateString(document.documentElement.lang, {month: 'long', day: 'numeric'});
  announce(section, say('forgotten', day).replace('%s', await nameOf(values.hall_id)), 'warn');
  await outbox.remember(`visit:${user}`, null);
}

/** @param {HTMLElement} section @param {Agenda} agenda */
function showAgenda(section, agenda) {
  const {past, leaders, assignments = []} = agenda;
  const select = /** @type {HTMLSelectElement} */ (one(section, 'select[name=for_person_id]'));
  if (select.options.length < 2) select.append(...leaders.map(({id, name}) => new Option(name, id)));
  /** @type {HTMLElement} */ (one(section, '[data-if-many]')).hidden = !leaders.length;
  showWaiting(section, agenda);
  if (!(/** @type {HTMLElement} */ (one(section, '[data-away]')).hidden)) {
    list(section, say('assigned'), assignments.map(({id, hall, campaign, due_on}) => ({id, text: hall, hall: campaign, post: day(due_on)})), 'visit#');
    for (const link of section.querySelectorAll('a[href^="/visit#"]')) link.addEventListener('click', (event) => take(event, section, assignments));
  }
  list(section, say('past'), past.map(({id = '', hall, started_at, ended_at, findings, troubled}) => ({
    id, text: hall, hall: `${moment(new Date(started_at))} · ${findings ? say('left', String(findings)) : say(troubled ? 'no_record' : 'none')}`, post: ended_at === null ? say('not_left') : '',
  })), past[0]?.id ? 'visit' : '');
}

/** A day and time as a person says them; of another year, that too. @param {Date} at */
const moment = (at) => at.toLocaleString(document.documentElement.lang, {
  ...(at.getFullYear() !== new Date().getFullYear() && {year: 'numeric'}), month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit',
});

/** A date as a person reads it, with its day of the week. @param {string} date */
const day = (date) => new Date(`${date}T00:00`).toLocaleDateString(document.documentElement.lang, {month: 'short', day: 'numeric', weekday: 'short'});

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
