// What a leader can do with a record that is on this phone: the ways out of 需处理, to change it, to take it back.
import * as changes from './changes.js';
import {ask} from './dialog.js';
import * as outbox from './outbox.js';
import {saveFile} from './rescue.js';
import {TEXT, button, element, say} from './words.js';

/** @import {Entry} from './types.js' */

/** @typedef {{entry: Entry, words: Entry}} Kept the last op of a record, and the one whose words it shows */

const FINAL = ['triaged', 'refused'];
const FACTS = /** @type {const} */ (['visit', 'look', 'journey', 'dial_test', 'follow_up', 'confirmation']);

/** What a visit's own op is called; a record has words of its own. @param {string} kind */
export const title = (kind) => (FACTS.includes(/** @type {any} */ (kind)) ? say(/** @type {typeof FACTS[number]} */ (kind)) : '');

/** Opens the capture screen with the words of a record; saved, it is an edit of it, or takes the place of what never arrived.
 * @param {Kept} record */
async function edit({entry, words}) {
  const {payload, base, rec_id} = JSON.parse(words.raw);
  const arrived = entry.status !== 'attention' || entry.answer;
  const of = arrived ? {rec_id: entry.rec_id, base: entry.op_id} : {reissue_of: entry.op_id, void: [entry.seq], ...(base && {rec_id, base})};
  const id = outbox.uuid();
  await outbox.keepDraft({id, user: entry.user, values: payload, photos: words.photos, kept: true, updated_at: Date.now(), of}, []);
  location.assign(`/capture#${id}`);
}

/** @param {Kept} record */
async function withdraw({entry}) {
  const {value, typed} = await ask({
    title: say('withdraw_title'), text: say('withdraw_text'), input: true,
    choices: [{text: say('withdraw_yes'), value: 'yes', style: 'danger'}, {text: say('cancel'), value: ''}],
  });
  if (value !== 'yes') return;
  await outbox.save(entry.user, {kind: 'withdraw', payload: {reason: typed}, photos: [], rec_id: entry.rec_id, base: entry.op_id}, []);
}

/** @param {Entry} entry @param {(text: string) => void} tell */
async function discard({op_id}, tell) {
  const word = String(1000 + (parseInt(op_id.slice(-4), 16) % 9000));
  const {value, typed} = await ask({
    title: say('discard_title'), text: say('discard_text', Number(word)), input: true,
    choices: [{text: say('discard'), value: 'yes', style: 'danger'}, {text: say('cancel'), value: ''}],
  });
  if (value !== 'yes') return;
  if (typed === word) await outbox.discard(op_id);
  else tell(say('wrong'));
}

/** The button that throws a draft away, asked once more. @param {string} id @param {() => unknown} then */
export const drop = (id, then) => button(say('drop'), async () => {
  const {value} = await ask({title: say('drop_title'), text: say('drop_text'), choices: [{text: say('drop'), value: 'yes', style: 'danger'}, {text: say('cancel'), value: ''}]});
  if (value === 'yes') await outbox.dropDraft(id), then();
});

/** What was answered to a press, by op: a list that is drawn again still says it. @type {Map<string, string>} */
const answers = new Map();

/** Adds to a record's card what can be done with it and what the office said.
 * @param {HTMLElement} item @param {Kept} record @param {Record<string, changes.Change>} news */
export function offer(item, record, news) {
  const {entry} = record;
  const line = element('p', '', 'notice notice--info');
  line.hidden = true;
  /** @param {string} text */
  const tell = (text) => Object.assign(line, {textContent: text, hidden: !text});
  const {event = '', code = '', note = ''} = news[entry.rec_id] ?? {};
  const told = event === 'held' && code === 'custody' ? 'custody' : event;
  if (told in TEXT && entry.status !== 'attention') tell(say(/** @type {'held'} */ (told), 0, note));
  if (answers.has(entry.op_id)) tell(answers.get(entry.op_id) ?? '');
  const row = element('p', '', 'row');
  row.append(...ways(record, FINAL.includes(event), (text) => (answers.set(entry.op_id, text), tell(text))));
  for (const old of item.querySelectorAll('[data-ways]')) old.remove();
  for (const part of [line, row]) part.dataset.ways = '';
  item.append(line, row);
}

/** @param {Entry} entry */
const isRecord = ({raw}) => JSON.parse(raw).kind === 'observation';

/** A record is changed here; a call that has arrived, on the server's own page. @param {Kept} record */
function change(record) {
  if (isRecord(record.words)) return [button(say('edit'), () => edit(record))];
  const {kind} = JSON.parse(record.words.raw);
  const page = {href: `/said/${record.entry.rec_id}/edit`, className: 'button button--quiet', textContent: say('edit')};
  return kind === 'dial_test' && record.entry.status === 'released' ? [Object.assign(document.createElement('a'), page)] : [];
}

/** @param {Kept} record @param {boolean} final @param {(text: string) => void} tell */
function ways(record, final, tell) {
  const {entry} = record;
  const user = async () => (await outbox.recall('user')) ?? {id: entry.user, name: ''};
  if (entry.status === 'attention') {
    return [
      button(say('retry'), () => outbox.retry(entry.op_id), 'primary'),
      ...(isRecord(record.words) ? [button(say('edit_again'), () => edit(record))] : []),
      button(say('save'), async () => tell(say('saved_file', await saveFile(await user(), entry.op_id)))),
      button(say('discard'), () => discard(entry, tell), 'danger'),
    ];
  }
  if (final) return [];
  if (JSON.parse(entry.raw).kind === 'withdraw') return [];
  return [...change(record), button(say('withdraw'), () => withdraw(record))];
}

export {known, refresh} from './changes.js';
