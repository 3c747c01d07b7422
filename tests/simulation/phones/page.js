// One page on a virtual phone: a JavaScript world of its own in which the served scripts run as they are, with the
// phone's clock, dice, disk, locks and line instead of the browser's.
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import vm from 'node:vm';

import {KeyRange, factory} from './indexeddb.js';

const SCRIPTS = new URL('../../../survey_app/static/js/', import.meta.url);
// The only two that need a canvas or a picture; the sizes are made by the side that has an encoder.
const PHOTOS = 'export const shrink = (blob) => shrunk(blob.parts[0]);';

/** The served scripts, each read once. @type {Map<string, string>} */
const served = new Map();
/** @type {Map<string, Buffer>} */
const compiled = new Map();

/** The text of a script as this run has it. @param {string} name @param {Record<string, [string, string][]>} changes */
function source(name, changes) {
  if (name === 'photos.js') return PHOTOS;
  if (!served.has(name)) served.set(name, readFileSync(new URL(name, SCRIPTS), 'utf8'));
  let text = served.get(name) ?? '';
  for (const [old, fresh] of changes[name] ?? []) {
    if (text.split(old).length !== 2) throw new Error(`${name} has ${text.split(old).length - 1} times: ${old}`);
    text = text.replace(old, () => fresh);
  }
  return text;
}

export class Page {
  /** @param {any} phone @param {string} id */
  constructor(phone, id) {
    Object.assign(this, {phone, id, alive: true, touched: new Set(), timers: new Map(), hidden: false, heard: [], channels: []});
    this.serial = 0;
    /** @type {Map<string, vm.SourceTextModule>} */
    this.modules = new Map();
    this.context = vm.createContext(this.globals());
    vm.runInContext(
      `Date = class extends Date { constructor(...a) { a.length ? super(...a) : super(clock()); } static now() { return clock(); } };
       Math.random = dice; globalThis.self = globalThis.window = globalThis;`, this.context);
  }

  /** @param {() => void} work */
  later(work) { this.phone.world.loop.add(this, work); }

  /** A transaction may be used until the task that it answered is over. */
  rest() {
    for (const tx of this.touched) tx.active = false;
    this.touched.clear();
  }

  globals() {
    const {phone} = this;
    const page = this;
    const listen = (type, hear) => this.heard.push({type, hear});
    return {
      clock: () => phone.clock(), dice: () => phone.dice(), shrunk: (bytes) => phone.shrunk(bytes),
      indexedDB: factory(this, phone.disk), IDBKeyRange: KeyRange,
      fetch: (path, options) => phone.fetch(this, path, options),
      crypto: crypto(phone), TextEncoder, TextDecoder, AbortController, DOMException, structuredClone, atob, btoa, console,
      Blob: class { constructor(parts) { this.parts = parts; } },
      BroadcastChannel: channel(this), navigator: navigator(this), addEventListener: listen,
      document: {addEventListener: listen, documentElement: {lang: 'zh-CN', dataset: {}}, get hidden() { return page.hidden; }},
      setTimeout: (work, ms = 0) => this.time(work, ms, 0), setInterval: (work, ms) => this.time(work, ms, ms),
      clearTimeout: (id) => this.timers.delete(id), clearInterval: (id) => this.timers.delete(id),
      queueMicrotask,
    };
  }

  time(work, ms, every) {
    this.serial += 1;
    this.timers.set(this.serial, {id: this.serial, at: this.phone.world.now + Math.max(0, ms), every, work});
    return this.serial;
  }

  next() {
    return [...this.timers.values()].sort((a, b) => a.at - b.at || a.id - b.id)[0];
  }

  /** What is due, one after the other. */
  tick() {
    for (let due = this.next(); due && due.at <= this.phone.world.now; due = this.next()) {
      if (due.every) this.timers.set(due.id, {...due, at: this.phone.world.now + due.every});
      else this.timers.delete(due.id);
      this.later(due.work);
    }
  }

  /** @param {string} type */
  hear(type) {
    for (const one of this.heard.filter((heard) => heard.type === type)) this.later(() => one.hear({type}));
  }

  /** @param {string} name @returns {vm.SourceTextModule} */
  module(name) {
    const found = this.modules.get(name);
    if (found) return found;
    const text = source(name, this.phone.world.changes);
    const made = new vm.SourceTextModule(text, {
      identifier: name, context: this.context, cachedData: compiled.get(text),
      initializeImportMeta: (meta) => { meta.url = `https://survey/static/sim/js/${name}`; },
      importModuleDynamically: (wanted) => this.load(wanted.replace('./', '')),
    });
    if (!compiled.has(text)) compiled.set(text, made.createCachedData());
    this.modules.set(name, made);
    return made;
  }

  /** @param {string} name */
  async load(name) {
    const module = this.module(name);
    if (module.status === 'unlinked') await module.link((wanted) => this.module(wanted.replace('./', '')));
    if (module.status === 'linked') await module.evaluate();
    return module;
  }

  close() {
    if (!this.alive) return;
    this.alive = false;
    this.phone.disk.drop(this);
    this.phone.release(this);
  }
}

const crypto = (phone) => ({
  getRandomValues: (bytes) => bytes.fill(0).map(() => Math.floor(phone.dice() * 256)),
  subtle: {
    digest: async (_name, bytes) => {
      const view = ArrayBuffer.isView(bytes) ? bytes : new Uint8Array(bytes);
      const hash = createHash('sha256').update(view).digest();
      return hash.buffer.slice(hash.byteOffset, hash.byteOffset + hash.byteLength);
    },
  },
});

/** Tabs of one phone hear each other, and themselves through another channel. @param {Page} page */
const channel = (page) => class {
  constructor(name) {
    Object.assign(this, {name, page, hears: []});
    page.channels.push(this);
  }

  addEventListener(_type, hear) { this.hears.push(hear); }

  postMessage(message) {
    const data = structuredClone(message);
    for (const other of page.phone.pages.flatMap((one) => one.channels)) {
      if (other === this || other.name !== this.name) continue;
      for (const hear of other.hears) other.page.later(() => hear({data}));
    }
  }
};

/** @param {Page} page */
const navigator = (page) => ({
  onLine: true,
  userAgent: 'virtual phone',
  locks: {request: (name, ...rest) => page.phone.lock(page, name, rest.at(-1), rest.length > 1 ? rest[0] : {})},
  storage: {estimate: async () => ({usage: 0, quota: 1e9}), persist: async () => true, persisted: async () => true},
});
