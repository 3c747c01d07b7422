// Saves what could not be delivered to a file that the office can take in: one JSON object a line, so that a file that
// was cut off still gives every line that is whole.
import * as outbox from './outbox.js';
import {say} from './words.js';

/** @import {Entry, PhotoName} from './types.js' */

const OPEN = /** @type {const} */ (['waiting', 'photos', 'attention']);

/** @param {ArrayBuffer} bytes */
function base64(bytes) {
  const view = new Uint8Array(bytes);
  let text = '';
  for (let at = 0; at < view.length; at += 0x8000) text += String.fromCharCode(...view.subarray(at, at + 0x8000));
  return btoa(text);
}

/** The file's lines as parts, which the browser may keep on its disk. @param {{id: string, name: string}} user @param {Entry[]} entries */
async function lines(user, entries) {
  /** @type {Blob[]} */
  const parts = [];
  /** @param {unknown} value */
  const add = (value) => parts.push(new Blob([`${JSON.stringify(value)}\n`]));
  add({rescue: 1, user, install_id: await outbox.recall('install_id'), made_at: new Date().toISOString()});
  for (const {raw, sha256} of entries) add({op: {raw, sha256}});
  /** @type {Map<string, PhotoName>} */
  const named = new Map(entries.flatMap(({photos}) => photos.map((photo) => /** @type {[string, PhotoName]} */ ([photo.sha256, photo]))));
  let photos = 0;
  for (const {sha256, mime} of named.values()) {
    const photo = await outbox.photo(user.id, sha256);
    if (photo) photos += add({photo: {sha256, mime, base64: base64(photo.bytes)}}) && 1;
  }
  for (const draft of await outbox.drafts(user.id)) add({draft});
  add({end: {ops: entries.length, photos}});
  return new Blob(parts, {type: 'application/octet-stream'});
}

/** Starts the download of what a user has not delivered (or of one op), and says how many ops are in it.
 * @param {{id: string, name: string}} user @param {string} [only] */
export async function saveFile(user, only) {
  const entries = (await outbox.entries(user.id, ...OPEN)).filter(({op_id}) => !only || op_id === only);
  if (!entries.length) return 0;
  const blob = await lines(user, entries);
  const day = new Date().toLocaleDateString('sv');
  const link = Object.assign(document.createElement('a'), {href: URL.createObjectURL(blob), download: say('file_of', 0, day)});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return entries.length;
}
