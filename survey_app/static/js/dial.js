// 拨测: one tap dials, one tap says what happened.
import {one} from './capture.js';

/** @param {HTMLFormElement} form @param {() => {id: string, number: string}[]} phones */
export function dial(form, phones) {
  const link = /** @type {HTMLAnchorElement} */ (one(form, '[data-dial]'));
  const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (one(form, `[name=${name}]`));
  let began = 0;

  function show() {
    const chosen = phones().find(({id}) => id === field('phone_id').value)?.number;
    const number = (field('number').value || chosen || '').replace(/[^\d+]/g, '');
    link.hidden = !number;
    link.href = `tel:${number}`;
  }

  link.addEventListener('click', () => {
    const at = new Date();
    began = at.getTime();
    field('dialled_at').value = new Date(began - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    form.dispatchEvent(new Event('input'));
  });
  form.addEventListener('change', ({target}) => {
    show();
    if (/** @type {HTMLInputElement} */ (target).name !== 'result' || !began) return;
    field('seconds').value ||= String(Math.min(3600, Math.round((Date.now() - began) / 1000)));
    began = 0;
    form.requestSubmit();
  });
  form.addEventListener('input', show);
  show();
}
