// A word at the head of a part of the page, and the lines that belong to it.

/** @param {string[]} lines @returns {HTMLElement[]} a list, or nothing */
export function listOf(lines) {
  const box = Object.assign(document.createElement('ul'), {className: 'plain prose'});
  box.append(...lines.map((text) => Object.assign(document.createElement('li'), {textContent: text})));
  return lines.length ? [box] : [];
}

/** @param {HTMLElement} section @param {string} text @param {string} tone @param {string[]} [lines] */
export function announce(section, text, tone, lines = []) {
  const notice = Object.assign(document.createElement('div'), {className: `notice notice--${tone}`});
  notice.setAttribute('role', 'status');
  notice.append(Object.assign(document.createElement('p'), {textContent: text}), ...listOf(lines));
  section.prepend(notice);
}
