// The capture form. Every keystroke is kept; nothing is said to be saved before it is.
import * as outbox from './outbox.js';
import {shrink} from './photos.js';

/** @import {Draft, Lists, Photo, Values} from './types.js' */

export const ZH = {
  saved: '已存本机，有信号就自动上报。', delivered: '已送达。', kept: '先存着了，在“我的记录”里可以接着写。',
  restored: '上次没写完的还在，接着写吧。', empty: '写一句话、记一句群众原话，或拍一张照片，再上报。',
  sign_in: '这台手机现在没有人登录。请在有信号时登录一次，以后没有信号也能记。', unreadable: '这张照片打不开，请换一张，或先拍成 JPG。',
  full_photo: '手机空间不够，这张照片没有存下；文字都在。', full: '手机空间满了，这一条还没有存下。请先删掉一些照片或应用，再按一次。',
  failed: '没有存下，请再按一次。内容还在这一页。', elsewhere: '这一条在另一个页面里正写着，请回到那一页接着写。',
  unknown_counter: '本机还不认识这个窗口的二维码，请自己选大厅和窗口。', many: '最多 9 张照片。', photo: '照片 %n', remove: '删掉照片 %n',
};
const TEXT = document.documentElement.lang === 'en' ? (await import('./english.js')).CAPTURE : ZH;
/** @param {keyof typeof ZH} key @param {number} [n] */
const say = (key, n = 0) => TEXT[key].replace('%n', String(n));

const PAUSE = 400;
const MOST_PHOTOS = 9;
const LISTED = ['hall_id', 'counter_id', 'matter_id', 'category', 'reform_item_ids']; // what lists are needed for
const STAYS = ['method', 'hall_id', 'counter_id', 'visit_id', 'for_person_id'];

/** @template {Element} T @param {ParentNode} root @param {string} selector @returns {T} */
export const one = (root, selector) => {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`missing ${selector}`);
  return /** @type {T} */ (found);
};

/** What is filled in, by field name. @param {HTMLFormElement} form @returns {Values} */
function read(form) {
  const data = new FormData(form);
  const text = (/** @type {string} */ name) => String(data.get(name) ?? '').trim();
  const choice = (/** @type {string} */ name) => text(name) || null;
  return {
    method: text('method'), kind: text('kind'), text: text('text'), quote: text('quote'), hall_id: choice('hall_id'),
    counter_id: choice('counter_id'), matter_id: choice('matter_id'), category: choice('category'), stage: choice('stage'),
    severity: choice('severity'), visit_id: choice('visit_id'), item_id: choice('item_id'), for_person_id: choice('for_person_id'),
    asked: choice('asked'), rating: choice('rating'), follow_up_days: choice('follow_up_days'), resolved_on_spot: data.has('resolved_on_spot'), reform_item_ids: data.getAll('reform_item_ids').map(String),
  };
}

/** @param {HTMLFormElement} form @param {Values} values */
function write(form, values) {
  for (const field of /** @type {Iterable<any>} */ (form.elements)) {
    const value = values[field.name];
    if (value === undefined) continue;
    if (field.type === 'checkbox') field.checked = Array.isArray(value) ? value.includes(field.value) : value === true;
    else if (field.type === 'radio') field.checked = field.value === (value ?? '');
    else field.value = value ?? '';
  }
}

/** The lists as the server's page shows them: on a first visit they travel once. @param {HTMLFormElement} form @returns {Lists} */
function listsOf(form) {
  const rows = (/** @type {string} */ name) => [.../** @type {HTMLSelectElement} */ (one(form, `[name=${name}]`)).options].slice(1);
  const chips = (/** @type {string} */ name) => [.../** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(`[name=${name}]:not([value=""])`))]
    .map(({value, parentElement}) => ({id: value, name: parentElement?.textContent?.trim() ?? ''}));
  const counters = rows('counter_id').map(({value, text, dataset: {hall, code = ''}}) => ({id: value, name: text, hall, code}));
  return {
    halls: rows('hall_id').map(({value, text}) => ({id: value, name: text, counters: counters.filter(({hall}) => hall === value)})),
    matters: rows('matter_id').map(({value, text}) => ({id: value, name: text})),
    categories: chips('category'), reform_items: chips('reform_item_ids'),
  };
}

/** Asks for newer lists than the phone keeps. @param {(lists: Lists) => void} use */
export async function refreshLists(use) {
  const response = await fetch('/api/v1/catalog').catch(() => null);
  const fresh = response?.ok ? await response.json().catch(() => null) : null;
  if (!fresh?.halls) return;
  /** @type {Lists} */
  const lists = {
    halls: fresh.halls, matters: fresh.matters, phones: fresh.phones, checklists: fresh.checklists,
    categories: fresh.categories.filter((/** @type {any} */ one) => !one.parent).map((/** @type {any} */ {code, name}) => ({id: code, name})),
    reform_items: fresh.reform_items.filter((/** @type {any} */ one) => one.family !== 'matter').map((/** @type {any} */ {id, title}) => ({id, name: title})),
  };
  await outbox.remember('catalog', lists);
  use(lists);
}

/** Replaces what can be chosen and keeps the choice. @param {HTMLSelectElement} select @param {{id: string, name: string}[]} rows */
function fillSelect(select, rows) {
  const {value} = select;
  const none = select.options[0];
  select.replaceChildren(...(none ? [none] : []), ...rows.map(({id, name}) => new Option(name, id)));
  select.value = value;
  if (select.selectedIndex < 0) select.selectedIndex = 0;
}

/** @param {HTMLFormElement} form @param {string} name @param {string} type @param {{id: string, name: string}[]} rows */
function fillChips(form, name, type, rows) {
  const box = one(form, `[data-chips=${name}]`);
  const chosen = new FormData(form).getAll(name);
  const none = box.querySelector('input[value=""]')?.closest('label');
  box.replaceChildren(...(none ? [none] : []), ...rows.map(({id, name: text}) => {
    const chip = Object.assign(document.createElement('label'), {className: 'choice'});
    const input = Object.assign(document.createElement('input'), {type, name, value: id, className: 'choice__input', checked: chosen.includes(id)});
    chip.append(input, Object.assign(document.createElement('span'), {className: 'choice__text', textContent: text}));
    return chip;
  }));
}

/** @param {HTMLFormElement} form @param {Lists} lists */
function fill(form, lists) {
  fillSelect(one(form, '[name=hall_id]'), lists.halls);
  fillSelect(one(form, '[name=matter_id]'), lists.matters);
  fillChips(form, 'category', 'radio', lists.categories);
  fillChips(form, 'reform_item_ids', 'checkbox', lists.reform_items);
  fillCounters(form, lists);
}

/** Only the counters of the chosen hall. @param {HTMLFormElement} form @param {Lists} lists */
function fillCounters(form, lists) {
  const hall = /** @type {HTMLSelectElement} */ (one(form, '[name=hall_id]')).value;
  const select = /** @type {HTMLSelectElement} */ (one(form, '[name=counter_id]'));
  fillSelect(select, lists.halls.find(({id}) => id === hall)?.counters ?? []);
  select.disabled = select.options.length < 2;
}

/** The address of a counter's QR label fills in where one stands. @param {HTMLFormElement} form @param {Lists} lists */
function goToCounter(form, lists) {
  const code = location.pathname.match(/^\/c\/(.+)/)?.[1];
  if (!code) return true;
  for (const hall of lists.halls) {
    const counter = hall.counters.find((one) => one.code === decodeURIComponent(code));
    if (!counter) continue;
    write(form, {hall_id: hall.id});
    fillCounters(form, lists);
    write(form, {counter_id: counter.id});
    return true;
  }
  return false;
}

let letGo = () => {};
/** A draft is written in one tab at a time: this one holds it, and lets go of the last. False while another tab has it.
 * @param {string} id @returns {Promise<boolean>} */
const claim = (id) => new Promise((resolve) => {
  if (!navigator.locks) return resolve(true);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), PAUSE); // a page that is being left may hold it a moment longer
  navigator.locks.request(`draft:${id}`, {signal: stop.signal}, () => {
    letGo();
    resolve(true);
    return new Promise((release) => { letGo = () => release(null); });
  }).catch(() => resolve(false));
});

/** The form on the phone. @param {HTMLElement} element */
export async function capture(element) {
  const form = /** @type {HTMLFormElement} */ (element);
  const user = await outbox.recall('user');
  const serverDraft = /** @type {HTMLInputElement|null} */ (form.querySelector('[name=draft_id]'))?.value;
  if (!isSecureContext || serverDraft) return; // no digest and no worker here, or the draft is not here: the plain form works
  const message = /** @type {HTMLElement} */ (one(form, '[data-message]'));
  const album = one(form, '[data-photos]');
  /** @param {string} text @param {string} [tone] */
  const tell = (text, tone = 'info') => {
    message.className = `notice notice--${tone}`;
    message.textContent = text;
    message.hidden = !text;
  };
  if (!user) tell(say('sign_in'), 'warn');
  form.classList.add('is-live');

  /** @type {Draft} */
  let draft = fresh();
  /** @type {Photo[]} */
  let photos = [];
  let busy = Promise.resolve();
  let timer = 0;
  let sent = '';
  /** @type {Lists|null} */
  let lists = null;

  /** @returns {Draft} */
  function fresh() {
    return {id: outbox.uuid(), user: user?.id ?? '', values: {}, photos: [], kept: false, updated_at: 0};
  }
  const isEmpty = () => !photos.length && !read(form).text && !read(form).quote;

  /** Puts the form as it stands on the phone. @param {Photo[]} [added] */
  async function autosave(added = []) {
    clearTimeout(timer);
    draft = {...draft, values: read(form), photos: photos.map(({sha256, len, mime}) => ({sha256, len, mime})), updated_at: Date.now()};
    if (!user) return;
    await (isEmpty() ? outbox.dropDraft(draft.id) : outbox.keepDraft(draft, added));
  }

  /** One after the other, so that an older state never lands on a newer one. @param {() => Promise<void>} work */
  const inTurn = (work) => (busy = busy.then(work).catch((error) => tell(say(error.name === 'QuotaExceededError' ? 'full' : 'failed'), 'bad')));

  /** @param {Draft} found */
  async function resume(found) {
    draft = {...found, kept: false};
    const bytes = await Promise.all(found.photos.map(({sha256}) => outbox.photo(found.user, sha256)));
    photos = bytes.filter((photo) => photo !== undefined);
    write(form, found.values);
    showPhotos();
  }

  function showPhotos() {
    for (const image of album.querySelectorAll('img')) URL.revokeObjectURL(image.src);
    album.replaceChildren(...photos.map((photo, i) => {
      const item = document.createElement('li');
      const image = Object.assign(new Image(), {src: URL.createObjectURL(new Blob([photo.bytes], {type: photo.mime})), alt: say('photo', i + 1)});
      const remove = Object.assign(document.createElement('button'), {type: 'button', textContent: '×', title: say('remove', i + 1)});
      remove.setAttribute('aria-label', say('remove', i + 1));
      remove.addEventListener('click', () => inTurn(async () => {
        photos = photos.filter((other) => other !== photo);
        showPhotos();
        await autosave();
      }));
      item.append(image, remove);
      return item;
    }));
  }

  /** @param {File} file */
  async function addPhoto(file) {
    if (photos.length >= MOST_PHOTOS) return tell(say('many'), 'warn');
    const photo = await shrink(file).catch(() => null);
    if (!photo) return tell(say('unreadable'), 'bad');
    if (photos.some(({sha256}) => sha256 === photo.sha256)) return;
    photos = [...photos, photo];
    tell('');
    try {
      await autosave([photo]);
    } catch {
      photos = photos.filter((other) => other !== photo);
      tell(say('full_photo'), 'bad');
    }
    showPhotos();
  }

  /** An empty form at the same counter: the next record is often from the same place, but not after an edit. */
  function startOver() {
    const stays = Object.entries(read(form)).filter(([name]) => STAYS.includes(name));
    const place = draft.of ? {visit_id: null, for_person_id: null, ...here} : Object.fromEntries(stays);
    form.reset();
    write(form, {item_id: null, ...place});
    if (lists) fillCounters(form, lists), write(form, place);
    draft = fresh();
    claim(draft.id);
    photos = [];
    showPhotos();
    if (location.hash) history.replaceState(null, '', location.pathname);
    scrollTo(0, 0);
  }

  async function putAside() {
    await autosave();
    if (isEmpty()) return;
    await outbox.keepDraft({...draft, kept: true}, []);
    startOver();
    tell(say('kept'), 'good');
  }

  async function report() {
    if (!user) return tell(say('sign_in'), 'warn');
    if (isEmpty()) return tell(say('empty'), 'warn');
    const payload = read(form);
    if (here && payload.visit_id === here.visit_id && payload.hall_id !== here.hall_id) payload.visit_id = null;
    const entry = await outbox.save(user.id, {kind: 'observation', payload, photos, draft: draft.id, ...draft.of}, photos);
    clearTimeout(timer);
    sent = entry.op_id;
    startOver();
    tell(say('saved'), 'good');
  }

  /** What was begun here before: the draft that the address names, else the last one that was not put aside. */
  async function goOn() {
    const found = user ? await outbox.drafts(user.id) : [];
    const asked = found.find(({id}) => location.hash === `#${id}`);
    const unfinished = location.pathname === '/capture' ? found.filter(({kept}) => !kept) : [];
    for (const {id} of asked ? [asked] : unfinished) {
      const free = await claim(id);
      const still = (await outbox.drafts(user?.id ?? '')).find((one) => one.id === id); // it may have been reported meanwhile
      if (free && still && isEmpty()) return resume(still).then(() => asked || tell(say('restored')));
    }
    if (asked) tell(say('elsewhere'), 'warn');
    await claim(draft.id);
  }
  const visit = user && (await outbox.visiting(user.id));
  const here = visit && {visit_id: visit.rec_id, hall_id: visit.values.hall_id, for_person_id: visit.values.for_person_id};
  await goOn();
  const {hall_id: hall = here?.hall_id} = draft.values;
  // What was begun before the visit is of the visit too, unless it is of elsewhere, or was reported before.
  if (here && !draft.of && !draft.values.visit_id && (hall || here.hall_id) === here.hall_id) draft.values = {...draft.values, ...here};
  write(form, draft.values);
  const listed = Object.fromEntries(LISTED.flatMap((name) => (name in draft.values ? [[name, draft.values[name]]] : [])));
  const {leaders} = (user && (await outbox.recall(`agenda:${user.id}`))) ?? {};
  if (leaders?.length) (await import('./aide.js')).offer(form, leaders);
  const use = (/** @type {Lists} */ fresh) => {
    const first = !lists;
    lists = fresh;
    fill(form, lists);
    if (!first) return;
    write(form, listed), fillCounters(form, lists), write(form, listed);
    if (draft.updated_at) return;
    if (!goToCounter(form, lists)) tell(say('unknown_counter'), 'warn');
    else if (!here && /^\/c\//.test(location.pathname)) import('./label.js').then(({offerVisit}) => offerVisit(form));
  };
  const known = await outbox.recall('catalog');
  if (form.closest('[data-view]')) {
    if (known) use(known);
    refreshLists(use);
  } else {
    const shown = {...known, ...listsOf(form)};
    outbox.remember('catalog', shown);
    use(shown);
  }

  form.addEventListener('input', (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.name === 'hall_id' && lists) fillCounters(form, lists);
    if (field.type === 'file') return;
    clearTimeout(timer);
    timer = setTimeout(() => inTurn(() => autosave()), PAUSE);
  });
  const picker = /** @type {HTMLInputElement} */ (one(form, '[type=file]'));
  const takePhotos = () => {
    const files = [...(picker.files ?? [])];
    picker.value = '';
    for (const file of files) inTurn(() => addPhoto(file));
  };
  picker.addEventListener('change', takePhotos);
  takePhotos(); // chosen while this script was still on its way
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const button = /** @type {HTMLButtonElement|null} */ (event.submitter);
    inTurn(button?.value === 'save' ? putAside : report);
  });
  const {pressed} = form.dataset; // and typed, while this script was still on its way
  if (pressed !== undefined) inTurn(pressed === 'save' ? putAside : report);
  else if (!isEmpty()) inTurn(() => autosave());
  addEventListener('visibilitychange', () => document.hidden && inTurn(() => autosave()));
  outbox.listen(async () => {
    const entry = sent ? await outbox.entry(sent) : undefined;
    if (entry?.status !== 'released') return;
    sent = '';
    if (isEmpty()) tell(say('delivered'), 'good');
  });
}
