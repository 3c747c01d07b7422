// Virtual phones for the simulation: reads one command a line, lets the phone do all that follows from it, and answers
// with one line of what it did. It has no clock and no dice but those it is given.
import {createHash} from 'node:crypto';
import {createInterface} from 'node:readline';

import {Disk} from './indexeddb.js';
import {Loop} from './loop.js';
import {Page} from './page.js';

/** mulberry32: the phone's dice. @param {number} seed */
function dice(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const bytesOf = (body) => (body === undefined || body === null ? null
  : Buffer.from(typeof body === 'string' ? body : ArrayBuffer.isView(body) ? new Uint8Array(body.buffer, body.byteOffset, body.byteLength) : new Uint8Array(body)));
const whole = (buffer) => buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);

class Phone {
  constructor(world, name, seed) {
    Object.assign(this, {world, name, skew: 0, pages: [], locks: new Map(), calls: new Map()});
    this.dice = dice(seed);
    this.disk = new Disk((store, key, value) => this.kept(store, key, value));
  }

  clock() { return Math.floor(this.world.base + this.world.now + this.skew); }
  tell(event) { this.world.out.push({phone: this.name, ...event}); }
  shrunk(bytes) { return this.world.smaller(sha256(new Uint8Array(bytes))); }

  /** Tells what of the disk concerns the invariants. */
  kept(store, key, value) {
    if (store === 'ops' && value) this.tell({did: 'op', ...value, raw_sha256: sha256(value.raw)});
    else if (store === 'ops') this.tell({did: 'op gone', op_id: key});
    else if (store === 'photos' && value) this.tell({did: 'photo', user: key[0], sha256: key[1], digest: sha256(new Uint8Array(value.bytes))});
    else if (store === 'photos') this.tell({did: 'photo gone', user: key[0], sha256: key[1]});
    else if (store === 'drafts') this.tell({did: value ? 'draft' : 'draft gone', draft: key});
  }

  page(id) {
    const found = this.pages.find((page) => page.id === id);
    if (!found) throw new Error(`no page ${id} on ${this.name}`);
    return found;
  }

  kill() {
    this.tell({did: 'died'});
    for (const page of this.pages) page.alive = false;
    this.pages = [];
    this.locks.clear();
    this.calls.clear();
    this.disk.die();
  }

  fetch(page, path, options = {}) {
    const id = (this.world.serial += 1);
    const headers = Object.fromEntries(Object.entries(options.headers ?? {}));
    const body = bytesOf(options.body)?.toString('base64') ?? null;
    this.tell({did: 'fetch', id, page: page.id, method: options.method ?? 'GET', path: String(path), headers, body});
    return new Promise((resolve, reject) => {
      this.calls.set(id, {page, resolve, reject});
      options.signal?.addEventListener('abort', () => {
        if (!this.calls.delete(id)) return;
        this.tell({did: 'gave up', id});
        reject(new DOMException('given up', 'AbortError'));
      });
    });
  }

  /** What came back over the line: an answer, half of one, or nothing. */
  answer({id, status, headers, body, cut}) {
    const call = this.calls.get(id);
    if (!call || !this.calls.delete(id) || !call.page.alive) return;
    if (!status) return call.page.later(() => call.reject(new TypeError('Failed to fetch')));
    const bytes = Buffer.from(body, 'base64');
    const read = async (as) => { if (cut) throw new TypeError('network error'); return as(); };
    const response = {
      status, ok: status >= 200 && status < 300, headers: new Headers(headers), type: 'basic', redirected: false,
      json: () => read(() => JSON.parse(bytes.toString())), text: () => read(() => bytes.toString()), arrayBuffer: () => read(() => whole(bytes)),
    };
    call.page.later(() => call.resolve(response));
  }

  lock(page, name, work, {ifAvailable = false} = {}) {
    const line = this.locks.get(name) ?? [];
    this.locks.set(name, line);
    if (ifAvailable && line.length) return Promise.resolve(work(null));
    return new Promise((resolve, reject) => {
      line.push({page, run: async () => {
        await Promise.resolve(work({name})).then(resolve, reject);
        this.unlock(name, page);
      }});
      if (line.length === 1) page.later(line[0].run);
    });
  }

  unlock(name, page) {
    const line = this.locks.get(name) ?? [];
    if (line[0]?.page !== page) return;
    line.shift();
    if (line[0]) line[0].page.later(line[0].run);
  }

  /** A page is gone: its locks go to the next in line. */
  release(page) {
    this.pages = this.pages.filter((one) => one !== page);
    for (const [name, line] of this.locks) {
      const held = line[0]?.page === page;
      const rest = line.filter((one) => one.page !== page);
      this.locks.set(name, rest);
      if (held && rest[0]) rest[0].page.later(rest[0].run);
    }
    for (const [id, call] of this.calls) {
      if (call.page !== page) continue;
      this.calls.delete(id);
      this.tell({did: 'gave up', id});
    }
  }
}

class World {
  constructor({base, changes, photos}) {
    Object.assign(this, {base, changes, now: 0, serial: 0, out: [], phones: new Map(), loop: new Loop()});
    this.photos = photos.map(({sha256: name, mime, bytes, smaller}) => ({sha256: name, len: Buffer.from(bytes, 'base64').length, mime, bytes: whole(Buffer.from(bytes, 'base64')), smaller}));
  }

  async smaller(name) {
    const found = this.photos.find((one) => one.sha256 === name);
    if (!found || found.smaller < 0) throw new Error('cannot be made smaller');
    return this.photo(found.smaller);
  }

  photo(number) {
    const {sha256: name, len, mime, bytes} = this.photos[number];
    return {sha256: name, len, mime, bytes: bytes.slice(0)};
  }

  /** Arguments travel as JSON; a photo by its number. */
  revive(value) {
    if (Array.isArray(value)) return value.map((one) => this.revive(one));
    if (value && typeof value === 'object') {
      if ('$photo' in value) return this.photo(value.$photo);
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.revive(one)]));
    }
    return value;
  }
}

/** @type {World} */
let world;

/** @type {Record<string, (command: any, phone: any) => unknown>} */
const COMMANDS = {
  phone: ({phone, seed}) => void world.phones.set(phone, new Phone(world, phone, seed)),
  skew: ({ms}, phone) => void (phone.skew = ms),
  open: async ({page: id, user}, phone) => {
    const page = new Page(phone, id);
    phone.pages.push(page);
    const [outbox, flush] = (await Promise.all([page.load('outbox.js'), page.load('flush.js')])).map((one) => one.namespace);
    // As app.js does at its start.
    outbox.listen((heard) => { if (heard.saved) flush.flush(); });
    const began = async () => {
      if (user && (await outbox.recall('user'))?.id !== user.id) await outbox.remember('user', user);
      await flush.watch();
      await outbox.sweep();
      await outbox.keepBallast();
    };
    began().catch((error) => phone.tell({did: 'broke', where: 'open', error: `${error.name}: ${error.message}`}));
  },
  call: async ({page: id, call, module, name, args}, phone) => {
    const page = phone.page(id);
    const {namespace} = await page.load(module);
    if (typeof namespace[name] !== 'function') throw new Error(`${module} has no ${name}`);
    Promise.resolve(namespace[name](...world.revive(args))).then(
      (value) => page.alive && phone.tell({did: 'done', call, value: value?.raw ? {...value} : null}),
      (error) => page.alive && phone.tell({did: 'failed', call, error: `${error?.name}: ${error?.message}`}));
  },
  hear: ({page, type, hidden}, phone) => {
    const found = phone.page(page);
    found.hidden = hidden ?? found.hidden;
    found.hear(type);
  },
  close: ({page}, phone) => phone.page(page).close(),
  kill: (_, phone) => phone.kill(),
  tick: (_, phone) => phone.pages.forEach((page) => page.tick()),
  answer: (command, phone) => phone.answer(command),
  look: (_, phone) => phone.tell({did: 'looked', stores: Object.fromEntries([...phone.disk.stores].map(([name, {rows}]) => [name, name === 'photos' ? [...rows.keys()] : [...rows.values()].map(({value}) => value)]))}),
};

process.on('unhandledRejection', (error) => world.out.push({did: 'broke', where: 'nowhere', error: String(error?.stack ?? error)}));

for await (const line of createInterface({input: process.stdin})) {
  const command = JSON.parse(line);
  try {
    if (command.do === 'world') world = new World(command);
    world.now = command.now ?? world.now;
    const phone = world.phones.get(command.phone);
    await COMMANDS[command.do]?.(command, phone);
    if (!command.hold) await world.loop.run(phone, command.fuel ?? Infinity);
  } catch (error) {
    world.out.push({did: 'wrong', error: String(error?.stack ?? error)});
  }
  const next = Object.fromEntries([...world.phones].map(([name, {pages}]) => [name, Math.min(...pages.map((page) => page.next()?.at ?? Infinity))]));
  process.stdout.write(`${JSON.stringify({out: world.out, next})}\n`);
  world.out = [];
}
