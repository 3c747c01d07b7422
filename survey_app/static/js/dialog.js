// A question in a dialog of our own: large targets, the keyboard and screen readers reach all of it.
import {button, element} from './words.js';

/** @typedef {{text: string, value: string, style?: string}} Choice */

/**
 * Asks, and answers with the value that was chosen ('' where the dialog was left) and what was typed.
 * @param {{title: string, text: string, input?: boolean, choices: Choice[]}} question
 * @returns {Promise<{value: string, typed: string}>}
 */
export function ask({title, text, input = false, choices}) {
  const dialog = element('dialog', '', 'dialog card stack');
  const heading = element('h2', title, 'card__title');
  heading.id = 'dialog-title';
  dialog.setAttribute('aria-labelledby', heading.id);
  const field = Object.assign(document.createElement('input'), {className: 'input', maxLength: 200, autocomplete: 'off'});
  field.setAttribute('aria-label', text);
  const buttons = choices.map((choice) => button(choice.text, () => dialog.close(choice.value), choice.style));
  dialog.append(heading, element('p', text), ...(input ? [field] : []), ...buttons);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve({value: dialog.returnValue, typed: field.value.trim()});
    });
  });
}
