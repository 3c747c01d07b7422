// What the list of records says: where each is, and why one was not taken.

export const ZH = {
  draft: '草稿', edited: '改到一半', waiting: '已存本机', sending: '上报中', released: '已送达', attention: '需处理', go_on: '接着写',
  wordless: '（没有文字，%n 张照片）', taken_back: '已收回', id_conflict: '编号撞上了，已换新编号重报。',
  http_500: '系统收这一条时出错，会自动再试。', photo_missing: '照片在本机找不到了，这一条不会缺着照片上报。请在“意见反馈”里告诉改革办。',
  photo_refused: '照片没有被收下，会自动再试。', too_large: '内容太长，没有被收下。',
  attention_other: '没有被收下，会自动再试。若一直这样，请联系改革办。',
};
export const TEXT = document.documentElement.lang === 'en' ? (await import('./english.js')).RECORDS : ZH;
/** @param {keyof typeof ZH} key @param {number} [n] */
export const say = (key, n = 0) => TEXT[key].replace('%n', String(n));
