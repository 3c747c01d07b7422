// The office's desk by keyboard: one key a step, and reform items found by a few of their words.

/** Goes where a link or field says it can be reached by this key. @param {KeyboardEvent} event */
function step(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const typing = target.matches('textarea, select, input:not([type="radio"], [type="checkbox"])');
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return void target.closest('form')?.requestSubmit();
  if (event.key === 'Escape' && typing) return target.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const reached = document.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
  if (!(reached instanceof HTMLElement)) return;
  event.preventDefault();
  if (reached instanceof HTMLAnchorElement) reached.click();
  else reached.focus();
}

/** Shows only the choices that hold every word that was typed; what is chosen stays in sight. @param {HTMLElement} box */
function search(box) {
  const input = /** @type {HTMLInputElement} */ (box.querySelector('input[type="search"]'));
  const status = /** @type {HTMLElement} */ (box.querySelector('[role="status"]'));
  const families = [...box.querySelectorAll('details')].map((family) => ({family, wasOpen: family.open}));
  input.closest('label')?.removeAttribute('hidden');
  /** @type {HTMLInputElement | null | undefined} */
  let first;
  input.addEventListener('input', () => {
    first = null;
    const words = input.value.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const {family, wasOpen} of families) {
      let shown = 0;
      for (const choice of family.querySelectorAll('label')) {
        const text = (choice.textContent ?? '').normalize('NFKC').toLowerCase();
        const fits = words.every((word) => text.includes(word));
        if (fits) first ??= choice.querySelector('input');
        choice.hidden = !fits && !choice.querySelector('input')?.checked;
        shown += Number(!choice.hidden);
        found += Number(fits);
      }
      family.hidden = !shown;
      family.open = words.length ? shown > 0 : wasOpen;
    }
    status.textContent = found ? '' : (status.dataset.nothing ?? '');
  });
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return;
    event.preventDefault(); // Enter goes to the first that fits; it does not send the form
    first?.focus();
  });
}

document.addEventListener('keydown', step);
for (const box of document.querySelectorAll('[data-module="item-search"]')) search(/** @type {HTMLElement} */ (box));
