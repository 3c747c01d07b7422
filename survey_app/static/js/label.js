// A counter's QR label was scanned and no visit is under way: it can begin here.

export const ZH = {begin: '在这里开始体验'};
const TEXT = document.documentElement.lang === 'en' ? (await import('./english.js')).LABEL : ZH;

/** @param {HTMLFormElement} form */
export function offerVisit(form) {
  if (document.querySelector('[data-begin]')) return; // the server's page offers it itself
  const code = location.pathname.replace('/c/', '');
  const link = Object.assign(document.createElement('a'), {className: 'button button--quiet', href: `/visit?counter=${code}`, textContent: TEXT.begin});
  link.dataset.begin = '';
  form.before(link);
}
