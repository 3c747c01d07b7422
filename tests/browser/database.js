// Run in a page by database.py: the phone's database as JSON and back, bytes as base64, the ballast's left out.
(() => {
  const NAME = 'survey';

  const ask = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const finish = (tx) => new Promise((resolve, reject) => {
    tx.oncomplete = resolve;
    tx.onabort = () => reject(tx.error);
  });
  const each = (object, change) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

  function pack(value) {
    if (ArrayBuffer.isView(value)) return {random: value.byteLength}; // the ballast
    if (value instanceof ArrayBuffer) return {base64: btoa(Array.from(new Uint8Array(value), (byte) => String.fromCharCode(byte)).join(''))};
    if (Array.isArray(value)) return value.map(pack);
    return value && typeof value === 'object' ? each(value, pack) : value;
  }

  function unpack(value) {
    if (Array.isArray(value)) return value.map(unpack);
    if (typeof value?.random === 'number') return ballast(value.random);
    if (typeof value?.base64 === 'string') return Uint8Array.from(atob(value.base64), (letter) => letter.charCodeAt(0)).buffer;
    return value && typeof value === 'object' ? each(value, unpack) : value;
  }

  function ballast(length) {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
    return bytes;
  }

  async function rows(name) {
    const db = await ask(indexedDB.open(NAME));
    const found = db.objectStoreNames.contains(name) ? await ask(db.transaction(name).objectStore(name).getAll()) : [];
    db.close();
    return found.map(pack);
  }

  async function dump() {
    const db = await ask(indexedDB.open(NAME));
    const {version} = db;
    const stores = {};
    const tx = db.objectStoreNames.length ? db.transaction([...db.objectStoreNames]) : null;
    for (const name of db.objectStoreNames) {
      const store = tx.objectStore(name);
      const indexes = [...store.indexNames].map((one) => store.index(one))
        .map(({name, keyPath, unique, multiEntry}) => ({name, keyPath, unique, multiEntry}));
      const [keys, rows] = name === 'ballast' ? [[], []] : [await ask(store.getAllKeys()), await ask(store.getAll())];
      stores[name] = {keyPath: store.keyPath, indexes, rows: rows.map((row, i) => ({key: keys[i], value: pack(row)}))};
    }
    db.close();
    return {version, stores};
  }

  async function load({version, stores}) {
    const request = indexedDB.open(NAME, version);
    request.onupgradeneeded = () => {
      for (const [name, {keyPath, indexes}] of Object.entries(stores)) {
        const store = request.result.createObjectStore(name, keyPath === null ? {} : {keyPath});
        for (const {name, keyPath, ...options} of indexes) store.createIndex(name, keyPath, options);
      }
    };
    const db = await ask(request);
    const tx = db.transaction(Object.keys(stores), 'readwrite');
    for (const [name, {keyPath, rows}] of Object.entries(stores)) {
      for (const {key, value} of rows) tx.objectStore(name).put(unpack(value), ...(keyPath === null ? [key] : []));
    }
    await finish(tx);
    db.close();
  }

  async function clear(store) {
    const db = await ask(indexedDB.open(NAME));
    const tx = db.transaction(store, 'readwrite');
    tx.objectStore(store).clear();
    await finish(tx);
    db.close();
  }

  async function grow({version, store}) {
    const request = indexedDB.open(NAME, version);
    request.onupgradeneeded = () => request.result.createObjectStore(store).put('kept', 'word');
    (await ask(request)).close();
  }

  /** Takes up the room that this origin has, down to about the last piece. */
  async function fill(pieces) {
    const request = indexedDB.open('junk', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('junk', {autoIncrement: true});
    const db = await ask(request);
    for (const size of pieces) {
      for (let full = false; !full;) {
        const tx = db.transaction('junk', 'readwrite');
        tx.objectStore('junk').put(ballast(size));
        full = await finish(tx).then(() => false, () => true);
      }
    }
    db.close();
  }

  const makeRoom = () => ask(indexedDB.deleteDatabase('junk')).then(() => null);

  return {fill, makeRoom, rows, dump, load, clear, grow};
})()
