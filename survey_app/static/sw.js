// Keeps one neutral page and its scripts on the phone. `self.__SHELL` is written above by the server.
/// <reference lib="webworker" />
const worker = /** @type {ServiceWorkerGlobalScope & {__SHELL: {version: string, files: string[], later: string[], pages: string[]}}} */ (
  /** @type {unknown} */ (self));
const {version, files, later, pages} = worker.__SHELL;
const CACHE = `shell-${version}`;
const PATIENCE = 5000;
const SHELL = pages[0] ?? '/';
const FIELD = later.find((path) => path.startsWith('/shell/')) ?? SHELL;

worker.addEventListener('install', (event) => {
  event.waitUntil(keep([...files, ...pages]));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)))));
});

worker.addEventListener('message', (event) => {
  if (event.data === 'activate') event.waitUntil(takeOver());
  if (event.data === 'redraw') event.waitUntil(keep([...pages, FIELD]));
  if (event.data === 'later') event.waitUntil(keepLater());
});

/** An English page needs its words too. @param {string[]} paths */
async function keep(paths) {
  const cache = await caches.open(CACHE);
  await cache.addAll(paths);
  const page = await (await cache.match(SHELL))?.text();
  const app = files.find((path) => path.endsWith('/app.js'));
  if (app && page?.includes('lang="en"')) await cache.add(app.replace('app.js', 'english.js'));
}

/** What the other screens need, once the first record can be made. */
async function keepLater() {
  const cache = await caches.open(CACHE);
  const missing = (await Promise.all(later.map(async (path) => ((await cache.match(path)) ? [] : [path])))).flat();
  await cache.addAll(missing);
}

/** Never under an open form. */
async function takeOver() {
  const open = await worker.clients.matchAll({type: 'window', includeUncontrolled: true});
  if (!open.some(({url}) => isForm(new URL(url)))) await worker.skipWaiting();
}

worker.addEventListener('fetch', (event) => {
  const {request} = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate') {
    if (!/[?&](online|draft)=/.test(url.search)) event.respondWith(isForm(url) ? openAtOnce(request, url) : openIfReachable(request, url));
  } else if (url.pathname.startsWith('/assets/')) {
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  }
});

/** @param {URL} url */
const isField = ({pathname}) => /^\/(visit|look|journey|dial|(follow-up|confirm)\/.*)$/.test(pathname);
/** @param {URL} url */
const isForm = (url) => /^\/(capture$|c\/)/.test(url.pathname) || isField(url);
/** @param {URL} url */
const shell = async (url) => (await caches.open(CACHE)).match(isField(url) ? FIELD : SHELL);

/** The form is on the phone: no line is so slow that it has to be waited for. @param {Request} request @param {URL} url */
const openAtOnce = async (request, url) => (await shell(url)) ?? fetch(request);

/** Other pages are the server's; a page that the phone has too is not waited for long. @param {Request} request @param {URL} url */
async function openIfReachable(request, url) {
  const answer = fetch(request).catch(() => shell(url));
  const late = new Promise((resolve) => setTimeout(() => resolve(undefined), PATIENCE));
  const own = /^\/(records|storage)?$/.test(url.pathname);
  return (await (own ? Promise.race([answer, late]) : answer)) ?? (await shell(url)) ?? (await answer) ?? Response.error();
}
