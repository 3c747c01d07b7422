// IndexedDB as far as a phone needs it: transactions run one after the other in the order they began, commit when
// nothing more is asked of them, and are there after a kill. What was not written with `strict` may be gone then.

const RANK = {number: 0, string: 1, object: 2};

/** The order of keys: numbers, texts, lists. @param {any} a @param {any} b @returns {number} */
function compare(a, b) {
  const [x, y] = [RANK[typeof a], RANK[typeof b]];
  if (x !== y) return x - y;
  if (x < 2) return a < b ? -1 : a > b ? 1 : 0;
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const order = compare(a[i], b[i]);
    if (order) return order;
  }
  return a.length - b.length;
}

const isKey = (key) => (typeof key === 'number' && !Number.isNaN(key)) || typeof key === 'string'
  || (Array.isArray(key) && key.every(isKey));
const plain = (key) => (Array.isArray(key) ? Array.from(key, plain) : key);
const pick = (value, path) => (Array.isArray(path) ? Array.from(path, (one) => value[one]) : value[path]);
const fail = (name, text) => { throw new DOMException(text, name); };

export class KeyRange {
  constructor(lower, upper, lowerOpen = false, upperOpen = false) {
    Object.assign(this, {lower: plain(lower), upper: plain(upper), lowerOpen, upperOpen});
  }

  static only(key) { return new KeyRange(key, key); }
  static lowerBound(key, open) { return new KeyRange(key, undefined, open); }
  static upperBound(key, open) { return new KeyRange(undefined, key, false, open); }
  static bound(lower, upper, lowerOpen, upperOpen) { return new KeyRange(lower, upper, lowerOpen, upperOpen); }

  includes(key) {
    const low = this.lower === undefined ? 1 : compare(key, this.lower);
    const high = this.upper === undefined ? -1 : compare(key, this.upper);
    return (low > 0 || (low === 0 && !this.lowerOpen)) && (high < 0 || (high === 0 && !this.upperOpen));
  }
}

const rangeOf = (query) => (query === undefined || query === null || query instanceof KeyRange ? query : KeyRange.only(query));

/** What a phone keeps when it is off. */
export class Disk {
  /** @param {(store: string, key: any, value: any) => void} changed told of each row that a commit changed */
  constructor(changed) {
    this.changed = changed;
    this.version = 0;
    this.stores = new Map();
    this.queue = []; // transactions that have not ended, the first of them running
    this.unsure = []; // what a dead battery would take with it
  }

  /** @param {any} tx */
  commit(tx) {
    const before = new Map();
    for (const row of tx.undo) if (!before.has(row.store.name + row.id)) before.set(row.store.name + row.id, row);
    if (tx.durability === 'strict' || tx.mode === 'versionchange') this.unsure = [];
    else this.unsure.push(...tx.undo);
    for (const {store, id, key} of before.values()) this.changed(store.name, key, store.rows.get(id)?.value);
  }

  /** The battery is dead: what was under way never happened, what was not strict is gone. */
  die() {
    for (const tx of this.queue) this.undo(tx.undo);
    this.queue = [];
    const lost = this.unsure;
    this.undo(lost);
    this.unsure = [];
    for (const {store, id, key} of lost) this.changed(store.name, key, store.rows.get(id)?.value);
  }

  undo(rows) {
    for (const {store, id, before} of [...rows].reverse()) before ? store.rows.set(id, before) : store.rows.delete(id);
  }

  /** One page is gone: its open transactions never happened. */
  drop(page) {
    for (const tx of this.queue.filter((one) => one.page === page)) this.undo(tx.undo);
    this.queue = this.queue.filter((one) => one.page !== page);
    this.queue[0]?.go();
  }
}

class Request {
  constructor(source, transaction) {
    Object.assign(this, {source, transaction, result: undefined, error: null, onsuccess: null, onerror: null});
  }
}

class Transaction {
  constructor(db, mode, durability) {
    Object.assign(this, {db, mode, durability, page: db.page, error: null, oncomplete: null, onabort: null, onerror: null});
    this.undo = [];
    this.asked = [];
    this.active = true;
    this.busy = this.over = false;
    this.page.touched.add(this);
    this.disk.queue.push(this);
    this.page.later(() => this.go());
  }

  get disk() { return this.db.disk; }
  objectStore(name) { return new ObjectStore(this, this.disk.stores.get(name) ?? fail('NotFoundError', name)); }
  abort() { this.fail(null); }

  /** @param {Request} request @param {() => any} work */
  ask(request, work) {
    if (!this.active || this.over) fail('TransactionInactiveError', 'the transaction has ended or rests');
    this.asked.push({request, work});
    this.go();
    return request;
  }

  go() {
    if (this.busy || this.over || this.disk.queue[0] !== this) return;
    this.busy = true;
    this.page.later(() => this.next());
  }

  next() {
    this.busy = false;
    if (this.over) return;
    const one = this.asked.shift();
    if (!one) return this.complete();
    this.active = true;
    this.page.touched.add(this);
    try {
      one.request.result = one.work();
    } catch (error) {
      one.request.error = error;
      one.request.onerror?.({target: one.request});
      return this.fail(error);
    }
    one.request.onsuccess?.({target: one.request});
    this.page.later(() => this.next());
    this.busy = true;
  }

  complete() {
    this.end();
    this.disk.commit(this);
    this.oncomplete?.({target: this});
  }

  fail(error) {
    if (this.over) return;
    this.error = error;
    this.disk.undo(this.undo);
    this.end();
    for (const {request} of this.asked) request.onerror?.({target: request});
    this.page.later(() => this.onabort?.({target: this}));
  }

  end() {
    this.over = true;
    this.active = false;
    this.disk.queue = this.disk.queue.filter((one) => one !== this);
    this.disk.queue[0]?.go();
  }
}

/** What a store and an index can both be asked. */
class Source {
  constructor(transaction, store) { Object.assign(this, {transaction, store}); }

  ask(work) {
    const request = new Request(this, this.transaction);
    return this.transaction.ask(request, () => work(request));
  }

  found(query, most = Infinity) {
    const range = rangeOf(query);
    return this.entries().filter(({at}) => !range || range.includes(at))
      .sort((a, b) => compare(a.at, b.at) || compare(a.row.key, b.row.key)).slice(0, most);
  }

  get(query) { return this.ask(() => copy(this.found(query, 1)[0]?.row.value)); }
  getKey(query) { return this.ask(() => this.found(query, 1)[0]?.row.key); }
  getAll(query, most) { return this.ask(() => this.found(query, most).map(({row}) => copy(row.value))); }
  getAllKeys(query, most) { return this.ask(() => this.found(query, most).map(({row}) => row.key)); }
  count(query) { return this.ask(() => this.found(query).length); }
  openKeyCursor(query, direction) { return this.openCursor(query, direction); }

  openCursor(query, direction = 'next') {
    let rows = null;
    const request = this.ask(() => step());
    const step = () => {
      rows ??= direction.startsWith('prev') ? this.found(query).reverse() : this.found(query);
      const one = rows.shift();
      return one ? cursor(one) : null;
    };
    const cursor = ({at, row}) => ({
      key: at, primaryKey: row.key, value: copy(row.value),
      continue: () => void this.transaction.ask(request, step),
      delete: () => this.owner().delete(row.key),
      update: (value) => this.owner().put(value, this.store.keyPath ? undefined : row.key),
    });
    return request;
  }

  owner() { return new ObjectStore(this.transaction, this.store); }
}

const copy = (value) => (value === undefined ? undefined : structuredClone(value));

class ObjectStore extends Source {
  get indexNames() { return {contains: (name) => this.store.indexes.has(name)}; }
  get keyPath() { return this.store.keyPath; }
  createIndex(name, keyPath, options = {}) { this.store.indexes.set(name, {keyPath, ...options}); }
  index(name) { return new Index(this.transaction, this.store, this.store.indexes.get(name) ?? fail('NotFoundError', name)); }
  entries() { return [...this.store.rows.values()].map((row) => ({at: row.key, row})); }
  add(value, key) { return this.put(value, key, true); }

  put(value, key, fresh = false) {
    if (this.transaction.mode === 'readonly') fail('ReadOnlyError', 'a transaction that only reads');
    const kept = structuredClone(value);
    const place = plain(this.store.keyPath ? pick(kept, this.store.keyPath) : key);
    if (!isKey(place)) fail('DataError', 'no key');
    return this.ask(() => {
      if (fresh && this.store.rows.has(JSON.stringify(place))) fail('ConstraintError', 'the key is taken');
      this.set(place, {key: place, value: kept});
      return place;
    });
  }

  delete(query) {
    if (this.transaction.mode === 'readonly') fail('ReadOnlyError', 'a transaction that only reads');
    return this.ask(() => this.found(query).forEach(({row}) => this.set(row.key, undefined)));
  }

  clear() { return this.delete(undefined); }

  set(key, row) {
    const {rows} = this.store;
    const id = JSON.stringify(key);
    this.transaction.undo.push({store: this.store, id, key, before: rows.get(id)});
    row ? rows.set(id, row) : rows.delete(id);
  }
}

class Index extends Source {
  constructor(transaction, store, {keyPath, multiEntry = false}) {
    super(transaction, store);
    Object.assign(this, {keyPath, multiEntry});
  }

  entries() {
    return [...this.store.rows.values()].flatMap((row) => {
      const at = plain(pick(row.value, this.keyPath));
      if (this.multiEntry && Array.isArray(at)) return at.filter(isKey).map((one) => ({at: one, row}));
      return isKey(at) ? [{at, row}] : [];
    });
  }
}

class Database {
  constructor(page, disk) {
    Object.assign(this, {page, disk, onversionchange: null, onclose: null});
  }

  get version() { return this.disk.version; }
  get objectStoreNames() { return {contains: (name) => this.disk.stores.has(name)}; }
  close() {}

  createObjectStore(name, options = {}) {
    const store = {name, keyPath: options?.keyPath ?? null, rows: new Map(), indexes: new Map()};
    this.disk.stores.set(name, store);
    return new ObjectStore(this.upgrading, store);
  }

  transaction(_names, mode = 'readonly', {durability = 'default'} = {}) {
    return new Transaction(this, mode, durability);
  }
}

/** The `indexedDB` of one page on a phone. @param {any} page @param {Disk} disk */
export const factory = (page, disk) => ({
  open(_name, version) {
    const request = new Request(null, null);
    page.later(() => {
      const db = new Database(page, disk);
      request.result = db;
      if ((version ?? 1) < disk.version) {
        request.error = new DOMException('a newer version was here', 'VersionError');
        return request.onerror?.({target: request});
      }
      if ((version ?? (disk.version || 1)) === disk.version) return request.onsuccess?.({target: request});
      disk.version = version ?? 1;
      const tx = new Transaction(db, 'versionchange', 'strict');
      db.upgrading = request.transaction = tx;
      request.onupgradeneeded?.({target: request});
      tx.oncomplete = () => request.onsuccess?.({target: request});
    });
    return request;
  },
  databases: async () => [{name: 'survey', version: disk.version}],
});
