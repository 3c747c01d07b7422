// What a telephone number may be made of, as catalog/phones.py says it, and how a phone dials it.

const NATIONAL = /^(\(?0\d{2,3}\)?[\s-]*\d{7,8})\s*-\s*(\d{1,6})$/; // 0571-00000001-8001: the third part is the extension
const NUMBER = /^(\+?\d{3,20})(?:(?:转|ext\.?)(\d{1,6}))?$/;

/** @param {string} text */
const plain = (text) => text.toLowerCase().normalize('NFKC').trim().replace(NATIONAL, '$1转$2').replace(/[\s()-]/g, '');

/** @param {string} text */
export const isNumber = (text) => NUMBER.test(plain(text));

/** The link that dials: an extension follows when the line is taken up, after the pause of a comma. @param {string} text */
export function link(text) {
  const [, line, extension] = NUMBER.exec(plain(text)) ?? /(\+?\d{3,20})/.exec(plain(text)) ?? [];
  return line ? `tel:${[line, extension].filter(Boolean).join(',')}` : '';
}
