// 办: one tap a stamp. The clock is read from the stamps, so a locked screen or a killed browser stops nothing.
import {one} from './capture.js';
import {say} from './fact.js';

const MINUTE = 60_000;

/** @param {HTMLFormElement} form @param {() => unknown} keep */
export function stamps(form, keep) {
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
    if (first) clock.textContent = say('elapsed', String(Math.max(0, Math.floor(((last ? Date.parse(last) : Date.now()) - Date.parse(first)) / MINUTE))));
  }

  for (const box of boxes) {
    const button = /** @type {HTMLButtonElement} */ (one(box, 'button'));
    button.hidden = false;
    button.addEventListener('click', async () => {
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
