// The forms of a visit on the phone: each becomes an op of its own, kept like a record and sent like one.
import {one, refreshLists} from './capture.js';
import {say} from './field_words.js';
import * as outbox from './outbox.js';

/** @import {Agenda, Checklist, Lists} from './types.js' */
/** @typedef {Record<string, any>} Said */

/** What is said of a record that the address names. @type {Record<string, string|undefined>} */
const ABOUT = {follow_up: 'observation_id', confirmation: 'record_id'};
const STAMPS = ['took_number_at', 'called_at', 'accepted_at', 'done_at'];

/** @param {Date} at as a browser's field wants it */
const local = (at) => new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);

/** An instant with this phone's offset, as ops say it. @param {string} text @returns {string|null} */
function instant(text) {
  if (!text || /(Z|[+-]\d\d:\d\d)$/.test(text)) return text || null;
  const at = new Date(text);
  const minutes = -at.getTimezoneOffset();
  const pad = (/** @type {number} */ n) => String(Math.floor(Math.abs(n))).padStart(2, '0');
  return `${local(at)}${minutes < 0 ? '-' : '+'}${pad(minutes / 60)}:${pad(minutes % 60)}`;
}

/** What a form says, as the payload of an op: the type of a field tells the shape of its value. @param {HTMLFormElement} form @returns {Said} */
function payload(form) {
  /** @type {Said} */
  const said = {};
  /** @type {Record<string, string>} */
  const answers = {};
  for (const field of /** @type {Iterable<any>} */ (form.elements)) {
    const {name, type, value} = field;
    if (!name || name === 'csrf_token' || name === 'op_id' || type === 'submit' || type === 'button') continue;
    if (name.startsWith('answers-')) field.checked && (answers[name.slice(8)] = value);
    else if (type === 'radio') said[name] = field.checked ? value || null : said[name] ?? null;
    else if (type === 'checkbox') said[name] = field.checked;
    else if (type === 'number') said[name] = value === '' ? null : Number(value);
    else if (type === 'datetime-local') said[name] = instant(value);
    else if (type === 'text' || type === 'textarea') said[name] = value.trim();
    else said[name] = value || null;
  }
  if (form.querySelector('[data-items]')) said.answers = answers;
  if (typeof said.announced === 'string') said.announced = true;
  return said;
}

/** @param {HTMLFormElement} form @param {Said} values */
function fill(form, values) {
  for (const field of /** @type {Iterable<any>} */ (form.elements)) {
    const value = field.name.startsWith('answers-') ? (values.answers ?? {})[field.name.slice(8)] : values[field.name];
    if (value === undefined) continue;
    if (field.type === 'checkbox') field.checked = Boolean(value);
    else if (field.type === 'radio') field.checked = field.value === (value ?? '');
    else if (field.type === 'datetime-local') field.value = value ? local(new Date(value)) : '';
    else if (!isTyped(field)) field.value = value ?? '';
  }
}

/** Somebody was quicker than the scripts: what was typed since the page opened stays. @param {HTMLInputElement} field */
const isTyped = ({type, value, defaultValue}) => /^text/.test(type) && value !== '' && value !== defaultValue;

/** @param {HTMLFormElement} form @param {string} name @param {{id: string, name: string}[]} rows */
function choose(form, name, rows) {
  const select = /** @type {HTMLSelectElement|null} */ (form.querySelector(`select[name=${name}]`));
  if (!select) return;
  const {value} = select;
  select.replaceChildren(...[select.options[0]].filter(Boolean), ...rows.map(({id, name: text}) => new Option(text, id)));
  select.value = value;
  if (select.selectedIndex < 0) select.selectedIndex = 0;
}

/** What is wrong with it, as the server would say it, or nothing. @param {string} kind @param {Said} said @param {HTMLFormElement} form */
function fault(kind, said, form) {
  if (kind === 'visit' && !said.hall_id) return say('hall');
  if ('trips' in said && said.trips !== null && !(said.trips >= 0 && said.trips <= 99)) return say('many_trips');
  if (kind === 'dial_test' && said.number && !/^\+?\d{3,20}$/.test(said.number.replace(/[\s()-]/g, ''))) return say('number');
  if (kind === 'dial_test' && !said.number && !said.phone_id) return say('phone');
  if (form.querySelector('[name=result]') && !said.result) return say('result');
  if (kind === 'confirmation' && !said.says) return say('result');
  if (kind === 'confirmation' && said.says === 'change' && !said.text) return say('words');
  if (kind === 'look' && !Object.keys(said.answers).length) return say('look');
  if (kind === 'journey' && !Object.entries(said).some(([name, value]) => value && !['visit_id', 'hall_id', 'counter_id'].includes(name))) return say('journey');
  let last = 0;
  for (const name of STAMPS) {
    const at = said[name] ? Date.parse(said[name]) : 0;
    if (at && at < last) return say('order', one(form, `[data-stamp=${name}] label`).textContent ?? '');
    last = at || last;
  }
  return '';
}

/** One form of a visit. @param {HTMLElement} element */
export async function fact(element) {
  const form = /** @type {HTMLFormElement} */ (element);
  const user = await outbox.recall('user');
  if (!isSecureContext || !user) return;
  const mark = /** @type {HTMLElement} */ (one(form, '[data-kind]'));
  const kind = mark.dataset.kind ?? '';
  const leaving = 'leave' in mark.dataset;
  const about = ABOUT[kind];
  const key = `fact:${user.id}:${kind}${leaving ? ':leave' : about ? location.pathname : ''}`;
  const message = /** @type {HTMLElement} */ (one(form, '[data-message]'));
  /** @param {string} text @param {string} tone */
  const tell = (text, tone) => {
    message.className = `notice notice--${tone}`;
    message.textContent = text;
    message.hidden = !text;
  };
  /** @type {Lists|null} */
  let lists = null;
  const here = await outbox.recall(`visit:${user.id}`);
  const begun = (await outbox.recall(key)) ?? {};
  const start = () => {
    if (here && kind !== 'visit') fill(form, {visit_id: here.rec_id, hall_id: here.values.hall_id});
    if (here && leaving) fill(form, here.values);
    if (about) fill(form, {[about]: location.pathname.split('/')[2]});
    fill(form, {...begun, checklist_id: undefined}); // which list this is, the visit says
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
  const keep = () => outbox.remember(key, payload(form));
  form.addEventListener('input', ({target}) => {
    if (/** @type {HTMLInputElement} */ (target).name === 'hall_id') counters();
    keep();
  });
  if (about) showAbout(form, user.id);
  if (form.querySelector('[data-stamps]')) (await import('./stamps.js')).stamps(form, keep, () => lists?.matters ?? []);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const said = payload(form);
    const {not_at: closed = []} = (await outbox.recall(`agenda:${user.id}`)) ?? {};
    const own = kind === 'visit' && !leaving && !said.for_person_id && closed.includes(said.hall_id);
    const wrong = own ? say('crossing') : fault(kind, said, form);
    if (wrong) return tell(wrong, 'warn');
    try {
      await report(said);
    } catch (error) {
      tell(say(/** @type {DOMException} */ (error).name === 'QuotaExceededError' ? 'full' : 'failed'), 'bad');
    }
  });

  /** Says at once what it took beside what was promised. @param {Said} said */
  async function against(said) {
    const {promised, took} = await import('./stamps.js');
    const words = promised(lists?.matters.find(({id}) => id === said.matter_id), took(said));
    if (words) message.append(document.createElement('br'), words);
    scrollTo(0, 0);
  }

  if ('pressed' in form.dataset) form.requestSubmit(); // while this script was still on its way

  /** @param {Said} said */
  async function report(said) {
    const now = instant(local(new Date()));
    if (leaving && here) said = {...here.values, note: said.note, ended_at: now};
    else if (kind === 'visit') said = {ended_at: null, note: '', ...said, started_at: said.started_at ?? now};
    if (kind === 'dial_test') said.dialled_at ??= now;
    if (kind === 'follow_up') said.asked_at ??= now;
    const of = leaving && here ? {rec_id: here.rec_id, base: here.op_id} : {};
    const entry = await outbox.save(user.id, {kind, payload: said, photos: [], ...of}, []);
    if (kind === 'visit') await outbox.remember(`visit:${user.id}`, leaving ? null : {rec_id: entry.rec_id, op_id: entry.op_id, values: said, checklist_id: await checklist(said, user.id)});
    await outbox.remember(key, null);
    if (kind === 'visit') return leaving ? (location.assign(`/visit#left-${entry.rec_id}`), location.reload()) : location.assign('/visit');
    if (about) return location.assign('/records');
    form.reset();
    start();
    tell(say('saved'), 'good');
    if (kind === 'journey') await against(said);
    if (kind === 'look') await offer(said, lists, user.id, message);
  }
}

/** The record that was asked about, as the reminder showed it. @param {HTMLFormElement} form @param {string} user */
async function showAbout(form, user) {
  const box = /** @type {HTMLElement|null|undefined} */ (form.closest('[data-view]')?.querySelector('[data-about]'));
  const id = location.pathname.split('/')[2] ?? '';
  const {line, refresh} = await import('./agenda.js');
  const found = box && ((await line(user, id)) ?? ((await refresh()) && (await line(user, id))));
  if (box) Object.assign(box, {hidden: !found, textContent: found ? [found.text, found.hall, found.post].filter(Boolean).join(' · ') : ''});
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

/** What the campaign that sent one here has people look at. @param {Said} said @param {string} user @returns {Promise<string|null>} */
async function checklist({assignment_id: wanted}, user) {
  const {assignments = []} = /** @type {Partial<Agenda>} */ ((await outbox.recall(`agenda:${user}`)) ?? {});
  return assignments.find(({id}) => id === wanted)?.checklist_id ?? null;
}

/** For each 否 a draft that is tagged already. @param {Said} said @param {Lists|null} lists @param {string} user @param {HTMLElement} message */
async function offer(said, lists, user, message) {
  const items = lists?.checklists?.flatMap((list) => list.items) ?? [];
  for (const item of items.filter(({id}) => said.answers[id] === 'no')) {
    const values = {
      method: 'see', kind: 'blockage', text: item.finding || item.name, hall_id: said.hall_id, counter_id: said.counter_id,
      visit_id: said.visit_id, item_id: item.id, category: item.category_code?.slice(0, 1) ?? null,
      reform_item_ids: item.reform_item_id ? [item.reform_item_id] : [],
    };
    const draft = {id: outbox.uuid(), user, values, photos: [], kept: true, updated_at: Date.now()};
    await outbox.keepDraft(draft, []);
    const link = Object.assign(document.createElement('a'), {href: `/capture#${draft.id}`, textContent: say('found', values.text), className: 'button button--quiet'});
    message.append(document.createElement('br'), link);
  }
  scrollTo(0, 0);
}
