// Starts what a page asks for with data-module, says where the records are, and keeps the offline shell fresh.
import {flush, watch} from './flush.js';
import * as outbox from './outbox.js';

/** @import {News} from './types.js' */

const html = document.documentElement;
export const ZH = {
  done: '全部已送达', waiting: '%n 条已存本机，等信号', sending: '正在上报，还剩 %n 条', photos: '（照片 %u）', attention: '%n 条需处理',
  signed_out: '%n 条已存本机，登录后自动上报', forbidden: '%n 条已存本机，账号现在不能上报，请联系管理员',
  other_user: '%n 条已存本机，用您的账号登录后自动上报', busy: '%n 条已存本机，系统正忙，稍后自动上报',
  failing: '%n 条已存本机，现在连不上，会自动再试', others: '%u 有 %n 条未报', send: '现在上报', see: '去看看', todo: '有 %n 件事等您', storage: '本机存储', sign_in: '去登录',
  insecure: '用这个地址打不能离线记录。请改用 https 开头的地址。', wechat: '在这个应用里打开，不能离线记录。请点右上角菜单，选“在浏览器打开”。',
  blocked: '请关掉本应用的其他页面，再刷新一次。',
};
const TEXT = html.lang === 'en' ? (await import('./english.js')).APP : ZH;
/** @param {keyof typeof ZH} key @param {number} [n] @param {string} [who] */
const say = (key, n = 0, who = '') => TEXT[key].replace('%n', String(n)).replace('%u', who);

/** @type {News} */
let news = {};
let tasks = 0;

/** Whose records this phone writes: who signed in last, as the server's cookie says; the session may have ended. */
async function meet() {
  const cookie = decodeURIComponent(document.cookie.match(/(?:^|; )who=([^;]+)/)?.[1] ?? '');
  const [id, name = ''] = html.dataset.userId ? [html.dataset.userId, html.dataset.userName] : cookie.split('|');
  if (!id) return;
  const people = (await outbox.recall('people')) ?? {};
  if (people[id] !== name) await outbox.remember('people', {...people, [id]: name});
  if ((await outbox.recall('user'))?.id !== id) await outbox.remember('user', {id, name});
}

/** One line: what waits, and what a person can do about it. @param {HTMLElement} line */
async function status(line) {
  const user = await outbox.recall('user');
  const [waiting = 0, photos = 0, attention = 0] = user ? await outbox.count(user.id, 'waiting', 'photos', 'attention') : [];
  const open = waiting + photos;
  const warning = hint();
  const {done = 0, total = 0} = news.photos ?? {};
  const progress = total && news.batch?.length ? say('photos', 0, `${done + 1}/${total}`) : '';
  const parts = [warning || (attention ? say('attention', attention) : open ? say(waitingFor(), open) + progress : user ? say('done') : '')];
  const others = await othersWaiting(user?.id);
  const next = document.createElement('span');
  next.append([...parts, ...others].filter(Boolean).join(' · '));
  if (attention) next.append(' ', link('/records', say('see')));
  else if (open && news.pause && news.pause !== 'busy') next.append(' ', link('/sign-in', say('sign_in')));
  else if (open && !news.batch?.length) next.append(' ', button(say('send')));
  if (others.length || warning) next.append(' ', link('/storage', say('storage')));
  if (tasks) next.append(' ', link('/records', say('todo', tasks)));
  line.dataset.tone = attention || warning ? 'bad' : open || others.length ? 'warn' : 'good';
  if (next.textContent !== line.textContent) line.replaceChildren(next); // a button under a finger stays
}

/** Whom to ask again and what to confirm; a first visit does without. */
async function countTasks() {
  const agenda = await (await import('./agenda.js')).refresh(true);
  tasks = agenda ? agenda.ask_again.length + agenda.entered.length : 0;
}

/** @returns {keyof typeof ZH} */
function waitingFor() {
  if (news.batch?.length) return 'sending';
  return news.pause ?? (navigator.onLine && (news.fails ?? 0) > 2 ? 'failing' : 'waiting');
}

function hint() {
  if (news.blocked) return say('blocked');
  if (!isSecureContext) return say('insecure');
  return /MicroMessenger|DingTalk|QQ\/|AlipayClient|Weibo|Lark/.test(navigator.userAgent) ? say('wechat') : '';
}

/** @param {string} [me] @returns {Promise<string[]>} */
async function othersWaiting(me) {
  /** @type {[string, string][]} */
  const people = Object.entries((await outbox.recall('people')) ?? {}).filter(([id]) => id !== me);
  const lines = await Promise.all(people.map(async ([id, name]) => {
    const n = (await outbox.count(id, 'waiting', 'photos', 'attention')).reduce((a, b) => a + b, 0);
    return n ? say('others', n, name) : '';
  }));
  return lines.filter(Boolean);
}

/** @param {string} href @param {string} text */
const link = (href, text) => Object.assign(document.createElement('a'), {href, textContent: text});

/** @param {string} text */
function button(text) {
  const made = Object.assign(document.createElement('button'), {type: 'button', textContent: text, className: 'status__button'});
  made.addEventListener('click', () => flush());
  return made;
}

/** Asks before signing out with records waiting; whoever went, this phone shows nothing more of theirs. @param {HTMLElement} element */
function guardSignOut(element) {
  const form = /** @type {HTMLFormElement} */ (element);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (unsent && !(await (await import('./leave.js')).mayLeave())) return;
    await outbox.remember('user', null);
    form.submit();
  });
}
let unsent = 0;
const QUIET = 3000;

/** The neutral shell answers for several addresses: shows the part that was asked for. */
function chooseView() {
  const views = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('[data-view]')]);
  const {pathname} = location;
  const [, first = ''] = pathname.split('/');
  const wanted = /^\/(capture$|c\/)/.test(pathname) ? 'capture' : pathname === '/' ? 'records'
    : views.some(({dataset}) => dataset.view === first) ? first : 'offline';
  for (const view of views) {
    view.hidden = view.dataset.view !== wanted;
    if (view.hidden) continue;
    document.title = view.dataset.title ?? '';
    /** @type {HTMLElement} */ (document.querySelector('h1')).textContent = document.title;
    document.body.classList.toggle('has-actions', wanted === 'capture');
    document.querySelector(`.nav [href="/${wanted}"]`)?.setAttribute('aria-current', 'page');
  }
}

/** The cached shell is drawn as the last page was: language, text size and theme. @param {ServiceWorkerRegistration} registration */
async function redraw(registration) {
  const looks = [html.lang, html.dataset.textSize, html.dataset.theme].join();
  const known = await outbox.recall('looks');
  if (!html.dataset.userId || known === looks) return;
  await outbox.remember('looks', looks);
  if (known) registration.active?.postMessage('redraw');
}

/** A new version takes over when nothing waits and no form is open (the worker looks for that), and when no
 * finger is about to ask for a page: one that is asked for while workers change can be lost. */
async function serveOffline() {
  if (!navigator.serviceWorker) return;
  const registration = await navigator.serviceWorker.register('/sw.js', {updateViaCache: 'none'});
  await redraw(registration);
  if (navigator.serviceWorker.controller) fetchLater();
  const takeOver = () => unsent || registration.waiting?.postMessage('activate');
  setTimeout(takeOver, QUIET);
  document.addEventListener('visibilitychange', () => document.hidden && takeOver());
}

/** The other screens' scripts, and the worker that delivers when no page is open, where the browser has such:
 * after the first record, or once the first visit is over. */
async function fetchLater() {
  (await navigator.serviceWorker?.getRegistration())?.active?.postMessage('later');
  if ('SyncManager' in window) await navigator.serviceWorker.register('/background/worker.js', {type: 'module'});
}

/** The browser wakes the worker when the signal is back: this page may be closed by then. */
async function deliverLater() {
  const registration = /** @type {any} */ (await navigator.serviceWorker?.getRegistration('/background/'));
  await registration?.sync?.register('deliver').catch(() => null); // not allowed here: the next page sends
}

/** @type {Record<string, (element: HTMLElement) => unknown>} */
const MODULES = {
  status: (line) => {
    let painted = status(line);
    const paint = () => (painted = painted.then(() => status(line)));
    outbox.listen(paint);
    if (navigator.serviceWorker?.controller) countTasks().then(paint);
  },
  'sign-out': guardSignOut,
  capture: async (form) => (await import('./capture.js')).capture(form),
  records: async (section) => (await import('./records.js')).records(section),
  todo: async (section) => (await import('./agenda.js')).todo(section),
  fact: async (form) => (await import('./fact.js')).fact(form),
  visit: async (section) => (await import('./visit.js')).visit(section),
  storage: async (section) => (await import('./storage.js')).storage(section),
};

async function countUnsent() {
  const user = await outbox.recall('user');
  unsent = user ? (await outbox.count(user.id, 'waiting', 'photos', 'attention')).reduce((a, b) => a + b, 0) : 0;
}

/** What the phone keeps has no token: a form there is never sent by the browser, and who was quick is heard later.
 * Any other form is sent once, however often it is pressed. */
document.addEventListener('submit', (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented) return;
  if (!form.closest('[data-view]')) {
    if ('sent' in form.dataset) return event.preventDefault();
    form.dataset.sent = '';
    setTimeout(() => delete form.dataset.sent, QUIET);
    return;
  }
  event.preventDefault();
  form.dataset.pressed = /** @type {HTMLButtonElement|null} */ (event.submitter)?.value ?? '';
});

async function start() {
  chooseView();
  outbox.listen((heard) => {
    news = {...news, ...heard};
    const line = heard.blocked && document.querySelector('.status');
    if (line) line.textContent = say('blocked'); // nothing else runs until the database is open
    if (heard.saved) flush(), fetchLater();
    if (heard.saved ? !navigator.onLine : heard.fails === 1) deliverLater();
    countUnsent();
  });
  await meet();
  await countUnsent();
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-module]'))) {
    const module = MODULES[element.dataset.module ?? ''];
    if (module && !element.closest('[hidden]')) module(element);
  }
  await watch();
  await outbox.sweep();
  await outbox.keepBallast();
}

// Without a database on the phone there is still the plain form of the server.
start().catch(() => document.querySelector('[data-view]') && location.replace('/capture?online=1'));
if (document.readyState === 'complete') serveOffline();
else addEventListener('load', serveOffline);
