// Signing out with records waiting: nothing is decided for the person, and nothing is lost by a slip.
import {ask} from './dialog.js';
import {flush} from './flush.js';
import * as outbox from './outbox.js';
import {saveFile} from './rescue.js';
import {say} from './words.js';

const OPEN = /** @type {const} */ (['waiting', 'photos', 'attention']);

/** Asks what to do with what waits; true when the sign-out may go on. @param {string} [said] @returns {Promise<boolean>} */
export async function mayLeave(said = '') {
  const user = await outbox.recall('user');
  const entries = user ? await outbox.entries(user.id, ...OPEN) : [];
  if (!entries.length) return true;
  const {value} = await ask({
    title: say('leave_title', entries.length), text: said || say('leave_text'),
    choices: [
      {text: say('leave_send'), value: 'send', style: 'primary'}, {text: say('leave_stay'), value: 'stay'},
      {text: say('leave_save'), value: 'save', style: 'danger'}, {text: say('cancel'), value: ''},
    ],
  });
  if (value === 'stay') return true;
  if (value === 'send') {
    await flush();
    const left = (await outbox.entries(user.id, ...OPEN)).length;
    return left ? mayLeave(say('still', left)) : true;
  }
  return value === 'save' ? saveThenDelete(user, entries.map(({op_id}) => op_id)) : false;
}

/** Only what is in the file is deleted, and only when its number is typed. @param {{id: string, name: string}} user @param {string[]} ids */
async function saveThenDelete(user, ids) {
  if (!(await saveFile(user))) return false;
  const {value, typed} = await ask({
    title: say('saved_file', ids.length), text: say('leave_word', ids.length), input: true,
    choices: [{text: say('yes'), value: 'yes', style: 'danger'}, {text: say('cancel'), value: ''}],
  });
  if (value !== 'yes' || typed !== String(ids.length)) return mayLeave(say('wrong'));
  for (const id of ids) await outbox.discard(id);
  return true;
}
