// Keeps the page of a long printing up to date while it is looked at; without it a link does the same.
const EVERY = 1500; // milliseconds

const section = document.querySelector('[data-printing]');
const timer = section && setInterval(() => look(section), EVERY);

/** @param {Element} shown */
async function look(shown) {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return; // the line is broken or the server busy: what stands there stays
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const fresh = page.querySelector('#printing');
  if (!fresh) return;
  shown.replaceChildren(...fresh.childNodes);
  if (!fresh.matches('[data-printing]') && timer) clearInterval(timer);
}
