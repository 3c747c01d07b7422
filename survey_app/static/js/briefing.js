// Keeps a briefing while it is typed, and shows its pages anew; without this there is the button.

const PAUSE = 3000; // ms without a key before it is kept
const AGAIN = 15000; // ms until it is tried again without a connection

/** @typedef {{version: string, base: string, fields: Record<string, string>, merged: boolean}} Kept */

/** @param {HTMLFormElement} form */
function keep(form) {
  const line = /** @type {HTMLElement} */ (document.querySelector('[data-autosave]'));
  let timer = 0, busy = false, stopped = false;
  let kept = typed(form);

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };

  async function save() {
    if (stopped || typed(form) === kept) return;
    if (busy) return later();
    busy = true;
    const sent = typed(form), base = JSON.stringify(Object.fromEntries(texts(form)));
    const answer = await fetch(form.action, {method: 'POST', body: new FormData(form), headers: {Accept: 'application/json'}}).catch(() => null);
    busy = false;
    if (!answer?.ok) return refused(answer);
    const news = /** @type {Kept} */ (await answer.json());
    const still = typed(form) === sent;
    if (news.merged && !still) field(form, 'base').value = base; // what is typed now began from what was sent
    else take(form, news);
    kept = still ? typed(form) : sent;
    if (!still) later();
    line.textContent = (news.merged ? line.dataset.merged : line.dataset.saved) ?? '';
    /** @type {HTMLIFrameElement | null} */ (document.querySelector('iframe.paper'))?.contentWindow?.location.reload();
  }

  /** Two who wrote the same paragraph, or what the form does not take: the button shows what to do. @param {Response | null} answer */
  function refused(answer) {
    stopped = answer?.status === 409;
    if (!stopped && answer?.status !== 422) timer = setTimeout(save, AGAIN);
    line.textContent = (stopped ? line.dataset.clash : answer?.status === 422 ? line.dataset.bad : line.dataset.failed) ?? '';
  }

  form.addEventListener('input', later);
  form.addEventListener('submit', () => (stopped = true));
  document.addEventListener('visibilitychange', () => document.hidden && save());
}

/** Takes over what the server has now. @param {HTMLFormElement} form @param {Kept} news */
function take(form, news) {
  for (const version of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('input[name="version"]'))) version.value = news.version;
  field(form, 'base').value = news.base;
  if (!news.merged) return;
  for (const [name, value] of Object.entries(news.fields)) if (field(form, name).value !== value) replace(field(form, name), value);
}

/** Changes a field without losing the place in it. @param {HTMLInputElement | HTMLTextAreaElement} box @param {string} value */
function replace(box, value) {
  const {selectionStart, value: old} = box;
  const at = selectionStart ?? 0;
  box.value = value;
  const place = value.startsWith(old.slice(0, at)) ? at : Math.max(0, value.length - (old.length - at));
  if (document.activeElement === box && box.type !== 'date') box.setSelectionRange(place, place);
}

/** @param {HTMLFormElement} form @param {string} name */
const field = (form, name) => /** @type {HTMLInputElement | HTMLTextAreaElement} */ (form.elements.namedItem(name));

/** What a person types, by name. @param {HTMLFormElement} form */
const texts = (form) => [...new FormData(form)].filter(([name]) => !['csrf_token', 'version', 'base'].includes(name)).map(([name, value]) => [name, String(value)]);

/** @param {HTMLFormElement} form */
const typed = (form) => JSON.stringify(texts(form));

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll('form[data-module="briefing"]'))) keep(form);
