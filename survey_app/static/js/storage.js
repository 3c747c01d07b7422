// What is on this phone, whose it is, and whether it is safe here; of others only how many.
import {ask} from './dialog.js';
import {flush} from './flush.js';
import * as outbox from './outbox.js';
import {saveFile} from './rescue.js';
import {button, element, say} from './words.js';

const MB = 1024 * 1024;

/** @param {number} bytes */
const size = (bytes) => (bytes < 1024 * MB ? `${(bytes / MB).toFixed(bytes < 10 * MB ? 1 : 0)} MB` : `${(bytes / 1024 / MB).toFixed(1)} GB`);

/** @param {string} id */
const open = async (id) => {
  const [waiting = 0, photos = 0, attention = 0] = await outbox.count(id, 'waiting', 'photos', 'attention');
  return {waiting: waiting + photos, attention};
};

/** @param {HTMLElement} section */
export async function storage(section) {
  const message = element('p', '', 'notice notice--info');
  message.setAttribute('role', 'status');
  message.hidden = true;
  const box = element('div', '', 'stack');
  section.replaceChildren(message, box);
  /** @param {string} text */
  const tell = (text) => Object.assign(message, {textContent: text, hidden: false});
  const show = async () => box.replaceChildren(...await mine(tell), ...await others(tell), await room(tell, show));
  let painted = show();
  outbox.listen(() => (painted = painted.then(show)));
  await painted;
}

/** @param {string} title @param {...(Node|string)} parts */
function card(title, ...parts) {
  const made = element('section', '', 'card stack');
  made.append(element('h2', title, 'card__title'), ...parts);
  return made;
}

/** @param {(text: string) => void} tell */
async function mine(tell) {
  const user = await outbox.recall('user');
  if (!user) return [card(say('storage_me'), element('p', say('no_user')))];
  const {waiting, attention} = await open(user.id);
  const facts = [waiting && say('waiting', waiting), attention && say('attention', attention)].filter((text) => text);
  const last = Math.max(0, ...(await outbox.entries(user.id, 'released')).map(({released_at = 0}) => released_at));
  const parts = [element('p', facts.join(' · ') || say('none'), 'lead')];
  if (last) parts.push(element('p', say('last', 0, new Date(last).toLocaleString(document.documentElement.lang)), 'muted'));
  const row = element('p', '', 'row');
  if (waiting + attention) {
    row.append(button(say('send'), () => flush(), 'primary'), button(say('save'), async () => {
      const n = await saveFile(user);
      tell(n ? say('saved_file', n) : say('nothing'));
    }));
  }
  return [card(`${say('storage_me')} · ${user.name}`, ...parts, row)];
}

/** @param {(text: string) => void} tell */
async function others(tell) {
  const user = await outbox.recall('user');
  /** @type {[string, string][]} */
  const people = Object.entries((await outbox.recall('people')) ?? {}).filter(([id]) => id !== user?.id);
  const cards = await Promise.all(people.map(async ([id, name]) => {
    const {waiting, attention} = await open(id);
    const n = waiting + attention;
    return n ? card(say('others', n, name), ...(user ? [button(say('carry'), () => carry(id, name, n, tell))] : [])) : null;
  }));
  return cards.filter((one) => one !== null);
}

/** Hands in what another person wrote on this phone. @param {string} id @param {string} name @param {number} n @param {(text: string) => void} tell */
async function carry(id, name, n, tell) {
  const user = await outbox.recall('user');
  const {value} = await ask({
    title: say('carry_title', n, name), text: say('carry_text', n, name),
    choices: [{text: say('carry'), value: 'yes', style: 'primary'}, {text: say('cancel'), value: ''}],
  });
  if (value !== 'yes') return;
  for (const {op_id} of await outbox.entries(id, 'attention')) await outbox.retry(op_id);
  await outbox.remember('carry', {...await outbox.recall('carry'), [id]: user.id});
  tell(say('carried'));
  await flush();
}

/** @param {(text: string) => void} tell @param {() => unknown} again */
async function room(tell, again) {
  const {usage, quota} = (await navigator.storage?.estimate?.()) ?? {};
  const safe = (await navigator.storage?.persisted?.()) ?? false;
  /** @type {HTMLElement[]} */
  const parts = [
    element('p', usage === undefined || !quota ? say('unknown') : say('used', 0, size(usage), size(quota - usage))),
    element('p', safe ? say('persisted') : say('fleeting')),
  ];
  if (await outbox.hasBallast()) parts.push(element('p', say('ballast'), 'muted'));
  if (!safe) parts.push(button(say('persist'), async () => ((await navigator.storage?.persist?.()) ? again() : tell(say('refused_persist')))));
  return card(document.title.split(' · ')[0] ?? '', ...parts);
}
