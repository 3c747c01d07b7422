// What the screens say that are not needed for the first record: read on demand, on the phone after the first visit.

export const ZH = {
  drop: '不要了', drop_title: '丢掉这份草稿？', drop_text: '它还没有上报，丢掉就没有了。', retry: '再试一次', edit: '改一改', edit_again: '改一改再报', withdraw: '收回这一条', discard: '丢掉', save: '存成文件', cancel: '取消',
  discard_title: '丢掉这一条？', discard_text: '这一条还没有报上去，丢掉就没有了。确定的话，请输入 %n。', withdraw_title: '收回这一条？',
  withdraw_text: '收回以后不再算数；改革办还能看到它被收回。可以写一句为什么。', withdraw_yes: '收回', wrong: '输入的不对，没有丢掉。',
  withdrawn: '已收回', carried_for: '%u 的记录，代为递交', triaged: '改革办已研判，不能再改。要补充，请另记一条。', held: '已送达，改革办正在核对。',
  set_aside: '改革办没有收下：%u', custody: '别人替您递交了这一条，请确认。', applied: '改革办已核对，收下了。', forked: '在两台设备上各改过一次，请选一份。',
  chosen: '已选定以哪一份为准。', refused: '已记下不是本人写的。', confirmed: '已确认是本人写的。',
  file_of: '办事体验-未报记录-%u.jsonl', saved_file: '已存成文件（%n 条）。请把它交给改革办。', nothing: '没有要存的：都已送达。',
  storage_me: '我的', waiting: '%n 条等着上报', attention: '%n 条需处理', none: '都已送达', send: '现在上报', carry: '代为递交',
  carry_title: '代 %u 递交 %n 条？', carry_text: '用您的登录送上去，写的人还是 %u：本人（或管理员）确认以后才算数。您看不到内容。', carried: '已开始递交。',
  others: '%u 有 %n 条未报', last: '最近一次送达：%u', used: '已用 %u，这台手机还能给 %w', persisted: '手机已答应长期保存，不会自己清掉。',
  fleeting: '空间不够时，手机可能清掉没报的记录。', persist: '申请长期保存', refused_persist: '手机没有答应。把本应用加到主屏幕，再试一次。',
  ballast: '另留了 5 MB 备用，手机满了也能再记。', unknown: '这个浏览器不说用了多少。', no_user: '这台手机还没有登录过。',
  leave_title: '还有 %n 条没报上去', leave_text: '退出以后它们留在本机，下次登录自动上报。', leave_send: '现在上报', leave_stay: '留在本机，退出',
  leave_save: '存成文件，再从本机删掉', leave_word: '文件存好了再删。确定删掉这 %n 条，请输入 %n。', visit: '体验', look: '现场看', journey: '具体办', dial_test: '拨电话', follow_up: '回头问', confirmation: '本人确认', sent_all: '都报上去了。', still: '还有 %n 条没报上去。', yes: '确定',
};
export const TEXT = document.documentElement.lang === 'en' ? (await import('./english.js')).LATER : ZH;
/** @param {keyof typeof ZH} key @param {number} [n] @param {string} [u] @param {string} [w] */
export const say = (key, n = 0, u = '', w = '') => TEXT[key].replaceAll('%n', String(n)).replaceAll('%u', u).replace('%w', w);

/** A button of a card or a dialog. @param {string} text @param {() => unknown} press @param {string} [style] */
export function button(text, press, style = 'quiet') {
  const made = Object.assign(document.createElement('button'), {type: 'button', textContent: text, className: `button button--${style}`});
  made.addEventListener('click', press);
  return made;
}

/** @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {string} text @param {string} [className] */
export const element = (tag, text, className = '') => Object.assign(document.createElement(tag), {textContent: text, className});
