// The forms of a visit on the phone: each becomes an op of its own, kept like a record and sent like one.
import {known as knownAgenda, line, refresh, today} from './agenda.js';
import {one, refreshLists} from './capture.js';
import {choose, fault, fill, instant, local, payload, wasTouched} from './fact_values.js';
import {say} from './field_words.js';
import * as outbox from './outbox.js';

/** @import {Agenda, Assignment, Checklist, Lists, Visiting} from './types.js' */
/** @import {Said} from './fact_values.js' */

/** What is said of a record that the address names. @type {Record<string, string|undefined>} */
const ABOUT = {follow_up: 'observation_id', confirmation: 'record_id'};
const HOUR = 3_600_000;

/** One form of a visit. @param {HTMLElement} element */
export async function fact(element) {
  const form = /** @type {HTMLFormElement} */ (element);
  const user = await outbox.recall('user');
  if (!isSecureContext || !user) return;
  const mark = /** @type {HTMLElement} */ (one(form, '[data-kind]'));
  const kind = mark.dataset.kind ?? '';
  const leaving = 'leave' in mark.dataset;
  const about = ABOUT[kind];
  const here = await outbox.visiting(user.id);
  const inside = here && kind !== 'visit' && !about ? here : null;
  const key = keyOf(user.id, kind, leaving ? ':leave' : about ? location.pathname : inside ? `:${inside.rec_id}` : '');
  let begun = await takeUp(key, keyOf(user.id, kind), inside);
  const message = /** @type {HTMLElement} */ (one(form, '[data-message]'));
  /** @param {string} text @param {string} tone */
  const tell = (text, tone) => {
    message.className = `notice notice--${tone}`;
    message.textContent = text;
    message.hidden = !text;
    if (text) message.scrollIntoView({block: 'center'}); // pressed at the foot of the form, or at its head
  };
  /** @type {Lists|null} */
  let lists = null;
  let busy = false;
  let warned = false;
  const scanned = kind === 'visit' && new URLSearchParams(location.search).has('counter');
  const start = () => {
    fill(form, {...begun, checklist_id: undefined, version: undefined, ...(scanned && {hall_id: undefined, assignment_id: undefined})});
    if (inside) fill(form, {visit_id: inside.rec_id, hall_id: begun.hall_id || inside.values.hall_id});
    else if (kind !== 'visit') fill(form, {visit_id: ''});
    if (here && leaving) fill(form, {...here.values, note: undefined});
    if (about) fill(form, {[about]: location.pathname.split('/')[2]});
  };
  /** The campaign's own list may still be on its way: then the usual one, and a word about it. @param {Checklist[]} all */
  const chooseList = (all) => {
    const wanted = here?.checklist_id;
    const begunWith = Object.keys(begun.answers ?? {}).length ? begun.checklist_id : wanted;
    const list = all.find(({id}) => id === begunWith) ?? all.find(({id}) => id === wanted) ?? all[0];
    if (list && drawItems(form, list)) tell(wanted && list.id !== wanted ? say('other_list') : '', 'warn');
  };
  const counters = () => {
    const hall = /** @type {HTMLSelectElement|null} */ (form.querySelector('[name=hall_id]'))?.value;
    choose(form, 'counter_id', lists?.halls.find(({id}) => id === hall)?.counters ?? []);
  };
  /** @param {Lists} fresh */
  const use = (fresh) => {
    const first = !lists;
    lists = fresh;
    const {halls, matters, phones = [], checklists = []} = fresh;
    choose(form, 'hall_id', halls);
    choose(form, 'matter_id', matters);
    choose(form, 'phone_id', phones.map(({id, number, hall_name}) => ({id, name: `${hall_name} ${number}`})));
    if (form.querySelector('[data-items]')) chooseList(checklists);
    if (first) start();
    drawPhones?.();
    counters();
    if (first) start(); // the counter too, now that it can be chosen
  };
  /** @type {(() => void)|null} */
  let drawPhones = null;
  start();
  if (form.querySelector('[data-dial]')) {
    const {assignments = []} = (await outbox.recall(`agenda:${user.id}`)) ?? {};
    const near = [here?.values.hall_id, ...assignments.map((/** @type {{hall_id: string}} */ one) => one.hall_id)].filter(Boolean);
    drawPhones = (await import('./dial.js')).dial(form, () => lists?.phones ?? [], [...new Set(near)]);
  }
  const known = await outbox.recall('catalog');
  if (known) use(known);
  refreshLists(use); // no line is waited for
  const keep = () => {
    tell('', '');
    return outbox.remember(key, payload(form));
  };
  if (wasTouched(form)) await outbox.remember(key, payload(form)); // somebody was quicker than this script
  form.addEventListener('input', ({target}) => {
    if (/** @type {HTMLInputElement} */ (target).name === 'hall_id') counters(), fill(form, {assignment_id: ''}); // of another hall
    keep();
  });
  if (about) showAbout(form, user.id);
  if (form.querySelector('[data-stamps]')) (await import('./stamps.js')).stamps(form, keep, () => lists?.matters ?? []);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (busy) return; // a second tap
    busy = true;
    const said = payload(form);
    const wrong = (await isOwnHall(said)) ? say('crossing') : fault(kind, said, form) || (await open());
    if (wrong) return (busy = false), tell(wrong, 'warn');
    try {
      await report(said);
    } catch (error) {
      busy = false;
      tell(say(/** @type {DOMException} */ (error).name === 'QuotaExceededError' ? 'full' : 'failed'), 'bad');
    }
  });

  /** @param {Said} said */
  async function isOwnHall({for_person_id: whom, hall_id: hall}) {
    /** @type {Partial<Agenda>} */
    const {not_at: closed = [], leaders = []} = (await outbox.recall(`agenda:${user?.id}`)) ?? {};
    const shut = whom ? (leaders.find(({id}) => id === whom)?.not_at ?? []) : closed;
    return kind === 'visit' && !leaving && shut.includes(hall);
  }

  /** What was begun on this visit and not kept: said once, before one leaves. */
  async function open() {
    const kinds = leaving && here && !warned ? await (await import('./found.js')).unfinished(user?.id ?? '', here.rec_id) : [];
    warned = kinds.length > 0;
    return warned ? say('unfinished', kinds.join(say('and'))) : '';
  }

  /** Says at once what it took beside what was promised. @param {Said} said */
  async function against(said) {
    const {promised, took} = await import('./stamps.js');
    const words = promised(lists?.matters.find(({id}) => id === said.matter_id), took(said));
    if (words) message.append(document.createElement('br'), words);
  }

  if ('pressed' in form.dataset) form.requestSubmit(); // while this script was still on its way

  /** @param {Said} said */
  async function report(said) {
    const now = instant(local(new Date()));
    if (leaving && here) said = {...here.values, note: said.note, ended_at: later(now, here.values.started_at)};
    else if (kind === 'visit') said = {ended_at: null, note: '', ...said, started_at: said.started_at ?? now};
    if (kind === 'dial_test') said.dialled_at ??= now;
    if (kind === 'follow_up') said.asked_at ??= now;
    const of = leaving && here ? {rec_id: here.rec_id, base: here.op_id} : {};
    const checklist_id = kind === 'visit' ? await checklist(said, user.id) : null; // before it counts as gone to
    const entry = await outbox.save(user.id, {kind, payload: said, photos: [], ...of}, []);
    if (kind === 'visit') await outbox.remember(`visit:${user.id}`, leaving ? null : {rec_id: entry.rec_id, op_id: entry.op_id, values: said, checklist_id});
    await outbox.remember(key, null);
    if (leaving) return location.assign(`/visit#left-${entry.rec_id}`), location.reload();
    if (kind === 'visit') return location.assign('/visit');
    if (about) return location.assign('/records#said');
    begun = {};
    busy = false;
    form.reset();
    start();
    tell(say('saved'), 'good');
    if (kind === 'journey') await against(said);
    if (kind === 'look') await offer(said, lists, user.id, message);
  }
}

/** Where an unfinished form is kept: every visit has its own. @param {string} user @param {string} kind @param {string} [what] */
const keyOf = (user, kind, what = '') => `fact:${user}:${kind}${what}`;

/** The later of two instants: a phone's clock may have been put back meanwhile. @param {string|null} now @param {string} then */
const later = (now, then) => (now && Date.parse(now) > Date.parse(then) ? now : then);

/**
 * What was begun here: on a visit also what was begun just before it, unless elsewhere; an hour later a call is another one.
 * @param {string} key @param {string} loose @param {Visiting|null} inside @returns {Promise<Said>}
 */
async function takeUp(key, loose, inside) {
  let found = await outbox.recall(key);
  const before = inside && !found ? await outbox.recall(loose) : null;
  if (before && (before.hall_id || inside?.values.hall_id) === inside?.values.hall_id) {
    await outbox.remember(key, before);
    await outbox.remember(loose, null);
    found = before;
  }
  const isOld = found?.dialled_at && Date.now() - Date.parse(found.dialled_at) > HOUR;
  return {...found, ...(isOld && {dialled_at: null, seconds: null})};
}

/** The record that was asked about, as the reminder showed it. @param {HTMLFormElement} form @param {string} user */
async function showAbout(form, user) {
  const box = /** @type {HTMLElement|null|undefined} */ (form.closest('[data-view]')?.querySelector('[data-about]'));
  const id = location.pathname.split('/')[2] ?? '';
  const found = box && ((await line(user, id)) ?? ((await refresh()) && (await line(user, id))));
  if (found?.version) fill(form, {version: found.version}); // these words and no later ones
  if (box) Object.assign(box, {hidden: !found, textContent: found ? [found.text, [found.hall, found.post].filter(Boolean).join(' · ')].filter(Boolean).join('\n') : ''});
}

/** Tells whether a list was drawn: not over answers, nor over the server's own page. @param {HTMLFormElement} form @param {Checklist} list */
function drawItems(form, {id, items}) {
  const box = one(form, '[data-items]');
  const which = /** @type {HTMLInputElement} */ (one(form, '[name=checklist_id]'));
  if (box.children.length && (which.value === id || !form.closest('[data-view]') || box.querySelector(':checked'))) return false;
  which.value = id;
  const template = /** @type {HTMLTemplateElement} */ (one(form, 'template[data-tick]'));
  box.replaceChildren(...items.map((item) => {
    const tick = /** @type {HTMLElement} */ (one(/** @type {DocumentFragment} */ (template.content.cloneNode(true)), 'fieldset'));
    one(tick, 'legend').textContent = item.name;
    for (const input of tick.querySelectorAll('input')) input.name = `answers-${item.id}`;
    return tick;
  }));
  return true;
}

/** What the campaign that sent one here, or that one is here for, has people look at. @param {Said} said @param {string} user @returns {Promise<string|null>} */
async function checklist({assignment_id: wanted, hall_id: hall, for_person_id: whom}, user) {
  const {assignments = []} = (await knownAgenda(user)) ?? {};
  const isOn = (/** @type {Assignment} */ one) => !whom && one.hall_id === hall && one.begins_on !== undefined && one.begins_on <= today();
  return (assignments.find(({id}) => id === wanted) ?? assignments.find(isOn))?.checklist_id ?? null;
}

/** For each 否 a draft that is tagged already. @param {Said} said @param {Lists|null} lists @param {string} user @param {HTMLElement} message */
async function offer(said, lists, user, message) {
  const items = lists?.checklists?.flatMap((list) => list.items) ?? [];
  const links = Object.assign(document.createElement('span'), {className: 'stack'});
  for (const item of items.filter(({id}) => said.answers[id] === 'no')) {
    const values = {
      method: 'see', kind: 'blockage', text: item.finding || item.name, hall_id: said.hall_id, counter_id: said.counter_id,
      visit_id: said.visit_id, item_id: item.id, category: item.category_code?.slice(0, 1) ?? null,
      reform_item_ids: item.reform_item_id ? [item.reform_item_id] : [],
    };
    const draft = {id: outbox.uuid(), user, values, photos: [], kept: true, updated_at: Date.now()};
    await outbox.keepDraft(draft, []);
    const link = Object.assign(document.createElement('a'), {href: `/capture#${draft.id}`, textContent: say('found', values.text), className: 'button button--quiet'});
    links.append(link);
  }
  message.append(links);
}
