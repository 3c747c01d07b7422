// 拨测: one tap dials, one tap says what happened.
import {one} from './capture.js';
import {say} from './field_words.js';
import {link as calling} from './telephone.js';

/** @import {Phone} from './types.js' */
const MOST_AT_HAND = 8; // more than these are looked for in the list

/** The phones of where one is or is to go; all of them where they are few. @param {Phone[]} phones @param {string[]} near ids of halls */
function atHand(phones, near) {
  const first = near.flatMap((hall) => phones.filter(({hall_id}) => hall_id === hall));
  return (phones.length <= MOST_AT_HAND ? [...first, ...phones.filter((phone) => !first.includes(phone))] : first).slice(0, MOST_AT_HAND);
}

/** @param {HTMLFormElement} form @param {() => Phone[]} phones @param {string[]} near */
export function dial(form, phones, near) {
  const link = /** @type {HTMLAnchorElement} */ (one(form, '[data-dial]'));
  const register = /** @type {HTMLElement} */ (one(form, '[data-register]'));
  const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (one(form, `[name=${name}]`));
  let began = 0;
  let drawn = '';

  function show() {
    const chosen = phones().find(({id}) => id === field('phone_id').value);
    const number = field('number').value || chosen?.number || '';
    const listed = register.querySelector(`[data-phone="${CSS.escape(chosen?.id ?? '')}"]`);
    link.hidden = !calling(number) || (Boolean(listed) && !field('number').value);
    link.href = calling(number);
    for (const row of register.querySelectorAll('[data-phone]')) row.toggleAttribute('aria-current', row === listed);
  }

  /** The clock starts, and what comes next is under the thumb when one comes back. */
  function start() {
    const at = new Date();
    began = at.getTime();
    field('dialled_at').value = new Date(began - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    form.dispatchEvent(new Event('input'));
    /** @type {HTMLElement} */ (field('result').closest('fieldset')).scrollIntoView({block: 'center'});
  }

  /** @param {Phone} phone */
  function row({id, number, hall_name, hours}) {
    const item = Object.assign(document.createElement('li'), {className: 'plain__row'});
    const call = Object.assign(document.createElement('a'), {className: 'button button--quiet', href: calling(number), textContent: say('dial', number)});
    call.dataset.phone = id;
    call.addEventListener('click', () => {
      field('phone_id').value = id;
      field('number').value = '';
      start();
    });
    item.append(call, Object.assign(document.createElement('span'), {className: 'muted', textContent: [hall_name, hours].filter(Boolean).join(' · ')}));
    return item;
  }

  /** The list may come later than the form, and again; a button under a finger stays. */
  return function draw() {
    const shown = atHand(phones(), near);
    if (JSON.stringify(shown) !== drawn) register.replaceChildren(...shown.map(row));
    register.hidden = !shown.length;
    drawn = JSON.stringify(shown);
    if (!form.dataset.dials) listen();
    show();
  };

  function listen() {
    form.dataset.dials = '';
    link.addEventListener('click', start);
    form.addEventListener('input', show);
    form.addEventListener('change', ({target}) => {
      const {name, value} = /** @type {HTMLInputElement} */ (target);
      if (name === 'phone_id' || name === 'number') began = 0, field('dialled_at').value = ''; // another call
      show();
      if (name !== 'result' || !began) return;
      // How long it rang is known only where nobody took it up.
      if (value === 'unanswered') field('seconds').value ||= String(Math.min(3600, Math.round((Date.now() - began) / 1000)));
      began = 0;
      form.requestSubmit();
    });
  }
}
