// The office's desk by keyboard: one key a step, and reform items found by a few of their words.

/** Goes where a link or field says it can be reached by this key. @param {KeyboardEvent} event */
function step(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const typing = target.matches('textarea, select, input:not([type="radio"], [type="checkbox"])');
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return save(event);
  if (event.key === 'Escape' && typing) return target.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.startsWith('Arrow') && target.matches('input, [tabindex="0"]')) return; // they move in there
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const reached = document.querySelector(`[aria-keyshortcuts~="${CSS.escape(key)}"]`);
  if (!(reached instanceof HTMLElement)) return;
  event.preventDefault();
  reached.focus();
  if (reached.matches('a, button, summary, [type="radio"], [type="checkbox"]')) reached.click();
}

/** Saves once, however long the keys are held, from wherever they are pressed. @param {KeyboardEvent} event */
function save(event) {
  const form = /** @type {HTMLElement} */ (event.target).closest('form') ?? document.querySelector('#triage');
  if (form instanceof HTMLFormElement && !event.repeat) form.requestSubmit();
}

/** Keeps what is picked among the hints and what the list says one and the same. @param {HTMLElement} hints */
function pick(hints) {
  const list = /** @type {HTMLSelectElement} */ (document.querySelector('#triage select[name="category"]'));
  const radios = /** @type {HTMLInputElement[]} */ ([...hints.querySelectorAll('input')]);
  const own = list.value;
  const none = /** @type {HTMLInputElement} */ (radios.find((radio) => !radio.value));
  list.addEventListener('change', follow);
  hints.addEventListener('change', ({target}) => (list.value = /** @type {HTMLInputElement} */ (target).value || own));
  follow();

  function follow() {
    (radios.find(({value}) => value === list.value) ?? none).checked = true;
  }
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

/** Moves a limit with the severity that it follows from, until somebody sets it by hand. @param {HTMLInputElement} limit */
function followSeverity(limit) {
  const due = new Map((limit.dataset.due ?? '').split(' ').map((pair) => /** @type {[string, string]} */ (pair.split('='))));
  limit.form?.addEventListener('change', (event) => {
    const chosen = /** @type {HTMLInputElement} */ (event.target);
    const day = chosen.name.endsWith('severity') && due.get(chosen.value);
    if (day && [...due.values()].includes(limit.value)) limit.value = day;
  });
}

document.addEventListener('keydown', step);
for (const box of document.querySelectorAll('[data-module="item-search"]')) search(/** @type {HTMLElement} */ (box));
for (const hints of document.querySelectorAll('[data-module="picked"]')) pick(/** @type {HTMLElement} */ (hints));
for (const limit of document.querySelectorAll('input[data-due]')) followSeverity(/** @type {HTMLInputElement} */ (limit));
