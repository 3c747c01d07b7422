// What the screens of a visit say.

export const ZH = {
  saved: '已存本机，有信号就自动上报。', sign_in: '这台手机还没有登录过。请在有信号时登录一次，以后没有信号也能记。',
  failed: '没有存下，请再按一次。内容还在这一页。', full: '手机空间满了，还没有存下。请先删掉一些照片或应用，再按一次。',
  order: '“%s”的时间早于前一步，请改一改。', hall: '请选一个大厅。', crossing: '警种部门要交叉体验，不能去本单位的大厅。请换一个大厅。',
  other_list: '这次活动的清单还没有传到这台手机，先按常用的看；有信号时再打开就是它。', result: '请选一项。', words: '请写下应该改成什么。', look: '请至少看一项。', journey: '写一点办的过程再记：办什么事，或者按一下取号。',
  number: '这不是一个电话号码：只写数字，分机写在“转”后面。', phone: '请选一个电话，或者写下号码。', dial: '拨打 %s', found: '记成一条：%s',
  over_now: '这次体验记完了：%s。', since: '%s 到的', left: '记了 %s 条', none: '没有发现问题', nothing: '还没有记', elapsed: '已经 %s 分钟',
  promised: '承诺：%s', materials: '指南上的材料：%s', and: '，', over: '%s，超过承诺的 %s', within: '%s，承诺 %s', entered: '替您记的，请看看对不对',
  again: '该回头问一问的', past: '去过的', assigned: '安排您去的', many_trips: '“跑了几次”请写 0 到 99 之间的数。', trips: '%s 次', minutes: '%s 分钟',
  days: '%s 个工作日',
  noes: '看到 %s 项为否', calls: '%s 个电话没人接', troubles: '办的时候 %s 处不顺', no: '否：%s', unanswered: '没人接：%s', wordless: '（没有文字）',
  no_halls: '目录里还没有办事大厅，请改革办先录入。现在也可以先“记一条”。',
  undo: '选错了，收回这次体验', undo_text: '这次体验不再算数；记下的各条还在，可以在“我的记录”里改。', undo_yes: '收回', undo_no: '不收回', no_record: '没有另记问题', not_left: '没有按“走了”', incomplete: '材料和指南不一样', not_once: '没有一次讲清', not_done: '没办成',
  unfinished: '%s还没记下。要记就先去记；不记了，就再按一次“走了”。', forgotten: '%s在%s的体验没有按“走了”，已经收起来了。',
};
export const TEXT = document.documentElement.lang === 'en' ? (await import('./english.js')).FACT : ZH;
/** @param {keyof typeof ZH} key @param {string} [what] */
export const say = (key, what = '') => TEXT[key].replace('%s', what);
