// Lists hide citizens' numbers, as the server's do (privacy.py): the same cases test both.

const DIGIT = '[0-9０-９]';
const UNSEEN = '\\u00ad\\u034f\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufe00-\\ufe0f\\ufeff';
const GAP = `[\\s\\-‐-―−－﹣﹘⁃ーｰ〜─━${UNSEEN}]{0,3}`;
const [THREE, FOUR] = [`[1１][3-9３-９]${DIGIT}`, `${DIGIT}{4}`];
const PHONE = `[1１]${GAP}[3-9３-９](?:${GAP}${DIGIT}){9}`;
const GROUPED = `${THREE}\\s?(?<mark>[.．·•・/／_~～,，､﹐、﹑])\\s?${FOUR}\\s?\\k<mark>\\s?${FOUR}`;
const [OPEN, CLOSE] = ['[(（]', '[)）]'];
const BRACKETED = `(?<=${OPEN})${THREE}(?<close>${CLOSE})${GAP}${FOUR}${GAP}${FOUR}`
  + `|${THREE}${GAP}${OPEN}${FOUR}${CLOSE}${GAP}${FOUR}`
  + `|${THREE}${GAP}(?:${FOUR}${GAP}(?<open>${OPEN})|(?<opens>${OPEN})${FOUR}${GAP})${FOUR}(?=${CLOSE})`;
const IDENTITY = `${DIGIT}(?:${GAP}${DIGIT}){16}${GAP}[0-9０-９XxＸｘ]`;
const COUNTRY = '(?:0|(?:00|００)?(?:86|８６))';
const LEFT_BEHIND = `(?<=\\*{6})${DIGIT}{2}(?!${DIGIT})`;
const STANDS_ALONE = `(?!${DIGIT})(?:(?!\\*{6})|(?<=${DIGIT}{7}[0-9０-９XxＸｘ]))`;
const [FIRST, LAST] = [3, 2]; // digits that stay

/** Looking back is newer than some phones: there every long run of digits is hidden. */
function expression() {
  try {
    return new RegExp(`(?<!${DIGIT})(?!${LEFT_BEHIND})(?:(?<identity>${IDENTITY})|(?<before>(?:${COUNTRY}${GAP})?)(?<phone>${PHONE}|${GROUPED}|${BRACKETED}))${STANDS_ALONE}`, 'g');
  } catch {
    return new RegExp(`(?<phone>${DIGIT}(?:${GAP}${DIGIT}){10,16}${GAP}[0-9０-９XxＸｘ]?)`, 'g');
  }
}
const NUMBER = expression();

/** @param {string} text */
export const mask = (text) => text.replace(NUMBER, (...found) => {
  const {identity, phone = '', before = '', open, opens, close = ''} = found.at(-1);
  const number = (identity ?? phone).replace(/[^0-9０-９XxＸｘ]/g, '');
  return `${before}${open ?? opens ?? ''}${number.slice(0, FIRST)}${'*'.repeat(number.length - FIRST - LAST)}${number.slice(-LAST)}${close}`;
});
