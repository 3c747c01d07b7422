// 代录: an aide says for whom a record is. Only where there is somebody to enter for.

export const ZH = {label: '替谁记', self: '我自己'};
const TEXT = document.documentElement.lang === 'en' ? (await import('./english.js')).AIDE : ZH;

/** @param {HTMLFormElement} form @param {{id: string, name: string}[]} leaders */
export function offer(form, leaders) {
  const hidden = /** @type {HTMLInputElement|null} */ (form.querySelector('input[name=for_person_id]'));
  if (!hidden) return; // the server's page offers them itself
  const select = Object.assign(document.createElement('select'), {name: hidden.name, id: hidden.name, className: 'input'});
  select.append(new Option(TEXT.self, ''), ...leaders.map(({id, name}) => new Option(name, id)));
  select.value = hidden.value;
  const field = Object.assign(document.createElement('div'), {className: 'field'});
  field.append(Object.assign(document.createElement('label'), {htmlFor: select.id, className: 'field__label', textContent: TEXT.label}), select);
  hidden.replaceWith(field);
}
