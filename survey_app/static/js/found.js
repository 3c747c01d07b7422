// What one visit came to, as far as this phone has it: the same that the server's summary says.
import {say} from './field_words.js';
import {mask} from './mask.js';
import * as outbox from './outbox.js';
import {say as nameOf} from './words.js';

/** @import {Lists} from './types.js' */
/** @typedef {{kind: string, payload: Record<string, any>}} Fact */

const BEGUN = /** @type {const} */ (['look', 'journey', 'dial_test']);

/** What was kept on this phone of a visit, each as it stands, without what was taken back. @param {string} user @param {string} visit @returns {Promise<Fact[]>} */
async function factsOf(user, visit) {
  const entries = await outbox.entries(user, 'waiting', 'photos', 'attention', 'released');
  const last = new Map(entries.sort((a, b) => a.seq - b.seq).map(({rec_id, raw}) => [rec_id, JSON.parse(raw)]));
  return [...last.values()].filter(({kind, payload}) => kind !== 'withdraw' && payload.visit_id === visit);
}

/** What went wrong in one handling of a matter. @param {Record<string, any>} said @param {Lists} lists */
function troubles({complete, told_once: once, outcome, trips, matter_id: id}, {matters}) {
  const most = matters.find((matter) => matter.id === id)?.promised_trips ?? null;
  return [
    complete === 'no' && say('incomplete'), once === 'no' && say('not_once'), outcome === 'not_done' && say('not_done'),
    most !== null && trips > most && say('over', say('trips', trips)).replace('%s', say('trips', String(most))),
  ].filter((text) => typeof text === 'string');
}

/**
 * How much was found, in one line, and each of it.
 * @param {string} user @param {string} visit @returns {Promise<{words: string, lines: string[]}>}
 */
export async function found(user, visit) {
  /** @type {Lists} */
  const lists = {halls: [], matters: [], categories: [], reform_items: [], ...(await outbox.recall('catalog'))};
  const facts = await factsOf(user, visit);
  const of = (/** @type {string} */ kind) => facts.filter((fact) => fact.kind === kind).map(({payload}) => payload);
  const records = of('observation');
  const recorded = new Set(records.map(({item_id}) => item_id));
  const items = (lists.checklists ?? []).flatMap((list) => list.items);
  const noes = of('look').flatMap(({answers}) => items.filter(({id}) => answers[id] === 'no' && !recorded.has(id)));
  const calls = of('dial_test').filter(({result}) => result === 'unanswered');
  const handled = of('journey').flatMap((said) => troubles(said, lists));
  const number = (/** @type {Record<string, any>} */ said) => said.number || lists.phones?.find(({id}) => id === said.phone_id)?.number || '';
  const counted = /** @type {const} */ ([['left', records], ['noes', noes], ['calls', calls], ['troubles', handled]]).filter(([, all]) => all.length);
  return {
    words: counted.map(([key, all]) => say(key, String(all.length))).join(say('and')),
    lines: [
      ...records.map(({text, quote}) => mask(text || quote) || say('wordless')),
      ...noes.map(({name, finding}) => finding || say('no', name)), ...calls.map((said) => say('unanswered', mask(number(said)))), ...handled,
    ],
  };
}

/** What was begun on a visit and not kept, by name. @param {string} user @param {string} visit */
export async function unfinished(user, visit) {
  const begun = await Promise.all(BEGUN.map(async (kind) => ({kind, said: await outbox.recall(`fact:${user}:${kind}:${visit}`)})));
  return begun.filter(({said}) => said && hasWords(said)).map(({kind}) => nameOf(kind));
}

/** @param {Record<string, any>} said */
const hasWords = ({visit_id: _v, hall_id: _h, counter_id: _c, checklist_id: _l, answers = {}, ...rest}) =>
  Object.keys(answers).length > 0 || Object.values(rest).some(Boolean);
