// What stands in a form of a visit, as the payload of an op, and what is wrong with it.
import {one} from './capture.js';
import {say} from './field_words.js';
import {isNumber} from './telephone.js';

/** @typedef {Record<string, any>} Said */

const STAMPS = ['took_number_at', 'called_at', 'accepted_at', 'done_at'];

/** @param {Date} at as a browser's field wants it */
export const local = (at) => new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);

/** An instant with this phone's offset, as ops say it. @param {string} text @returns {string|null} */
export function instant(text) {
  if (!text || /(Z|[+-]\d\d:\d\d)$/.test(text)) return text || null;
  const at = new Date(text);
  const minutes = -at.getTimezoneOffset();
  const pad = (/** @type {number} */ n) => String(Math.floor(Math.abs(n))).padStart(2, '0');
  return `${local(at)}${minutes < 0 ? '-' : '+'}${pad(minutes / 60)}:${pad(minutes % 60)}`;
}

/** What a form says, as the payload of an op: the type of a field tells the shape of its value. @param {HTMLFormElement} form @returns {Said} */
export function payload(form) {
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
export function fill(form, values) {
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

/** Whether a person wrote or ticked something that the page did not come with. @param {HTMLFormElement} form */
export const wasTouched = (form) => [.../** @type {Iterable<any>} */ (form.elements)].some((field) => isTyped(field) || (field.type === 'radio' && field.checked && !field.defaultChecked));

/** @param {HTMLFormElement} form @param {string} name @param {{id: string, name: string}[]} rows */
export function choose(form, name, rows) {
  const select = /** @type {HTMLSelectElement|null} */ (form.querySelector(`select[name=${name}]`));
  if (!select) return;
  const {value} = select;
  select.replaceChildren(...[select.options[0]].filter(Boolean), ...rows.map(({id, name: text}) => new Option(text, id)));
  select.value = value;
  if (select.selectedIndex < 0) select.selectedIndex = 0;
}

/** What is wrong with it, as the server would say it, or nothing. @param {string} kind @param {Said} said @param {HTMLFormElement} form */
export function fault(kind, said, form) {
  if (kind === 'visit' && !said.hall_id) return say('hall');
  if ('trips' in said && said.trips !== null && !(said.trips >= 0 && said.trips <= 99)) return say('many_trips');
  if (kind === 'dial_test' && said.number && !isNumber(said.number)) return say('number');
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
