// 办: one tap a stamp. The clock is read from the stamps, so a locked screen or a killed browser stops nothing.
import {one} from './capture.js';
import {TEXT, say} from './field_words.js';

/** @import {Matter} from './types.js' */

const MINUTE = 60_000;

/** What was promised, in words; with `actual`, beside what it took. @param {Matter|undefined} matter @param {Record<string, number|null>} [actual] */
export function promised(matter, actual) {
  const parts = /** @type {const} */ (['trips', 'minutes', 'days']).flatMap((what) => {
    const promise = matter?.[`promised_${what}`] ?? null;
    const took = actual?.[what] ?? null;
    if (promise === null || (actual && took === null)) return [];
    return [actual ? TEXT[took !== null && took > promise ? 'over' : 'within'].replace('%s', say(what, String(took))).replace('%s', say(what, String(promise))) : say(what, String(promise))];
  });
  return parts.length && !actual ? say('promised', parts.join(say('and'))) : parts.join(say('and'));
}

/** What a journey took, as far as it is known; of days only whether it was the same: which are working days, the server knows.
 * @param {Record<string, any>} said */
export function took({trips, took_number_at: number, called_at: called, accepted_at: accepted, done_at: done}) {
  const first = number ?? called ?? accepted;
  const day = (/** @type {string} */ at) => new Date(at).toDateString();
  const begun = accepted ?? first;
  return {
    trips, minutes: first && done ? Math.round((Date.parse(done) - Date.parse(first)) / MINUTE) : null,
    days: begun && done && day(begun) === day(done) ? 0 : null,
  };
}

/** @param {HTMLFormElement} form @param {() => unknown} keep @param {() => Matter[]} matters */
export function stamps(form, keep, matters) {
  const guide = /** @type {HTMLElement} */ (one(form, '[data-promise]'));
  const clock = /** @type {HTMLElement} */ (one(form, '[data-clock]'));
  const boxes = /** @type {HTMLElement[]} */ ([...form.querySelectorAll('[data-stamp]')]);
  const time = (/** @type {HTMLElement} */ box) => /** @type {HTMLInputElement} */ (one(box, 'input'));

  function show() {
    const next = boxes.findIndex((box) => !time(box).value);
    boxes.forEach((box, i) => {
      box.classList.toggle('is-next', i === next);
      box.classList.toggle('is-done', Boolean(time(box).value));
    });
    const first = boxes.map(time).find(({value}) => value)?.value;
    const last = time(/** @type {HTMLElement} */ (boxes.at(-1))).value;
    clock.hidden = !first;
    const matter = matters().find(({id}) => id === /** @type {HTMLSelectElement} */ (one(form, '[name=matter_id]')).value);
    guide.textContent = [promised(matter), matter?.materials && say('materials', matter.materials)].filter(Boolean).join('\n');
    guide.hidden = !guide.textContent;
    if (first) clock.textContent = say('elapsed', String(Math.max(0, Math.floor(((last ? Date.parse(last) : Date.now()) - Date.parse(first)) / MINUTE))));
  }

  for (const box of boxes) {
    const button = /** @type {HTMLButtonElement} */ (one(box, 'button'));
    button.hidden = false;
    button.addEventListener('click', async () => {
      if (time(box).value) return time(box).focus(); // a second tap moves no stamp; the time beside it can be changed
      const at = new Date();
      time(box).value = new Date(at.getTime() - at.getTimezoneOffset() * MINUTE).toISOString().slice(0, 19);
      await keep();
      show();
    });
  }
  form.addEventListener('input', show);
  form.addEventListener('reset', () => setTimeout(show));
  setInterval(show, 10_000);
  show();
}
