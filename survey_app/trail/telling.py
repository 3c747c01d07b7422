"""What a row of the audit says, in words: the kind of thing it is about, and what was done to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey_app.catalog.tables import TABLES
from survey_app.catalog.vocabulary import FINDING_ACTIONS
from survey_app.i18n import _, _l
from survey_app.voices.tables import TABLES as VOICE_TABLES

CATALOGUE: Mapping[str, Any] = {table.entity: _l(table.title) for table in TABLES.values()}
THINGS: Mapping[str, Any] = {
    "op": _l("送来的内容"),
    "observation": _l("记录"),
    "finding": _l("问题"),
    "digest": _l("简报"),
    "campaign": _l("体验活动"),
    "assignment": _l("体验安排"),
    "person": _l("人员"),
    "feedback": _l("意见反馈"),
    "photo": _l("照片"),
    "draft": _l("草稿"),
    **CATALOGUE,
    **{table.entity: _l(table.title) for table in VOICE_TABLES},
    "robot": _l("群机器人"),
    "database": _l("数据库"),
}
VERBS: Mapping[str, Any] = {
    "accept": _l("收下"),
    "add": _l("新增"),
    "apply": _l("再判后收下"),
    "classify": _l("研判"),
    "confirm": _l("确认是本人写的"),
    "correct": _l("更正"),
    "delete": _l("删掉"),
    "disable": _l("停用"),
    "edit": _l("修改"),
    "enable": _l("重新启用"),
    "fail": _l("没有发成"),
    "import": _l("导入"),
    "invite": _l("发了邀请"),
    "issue": _l("印发"),
    "pick": _l("选了记录"),
    "print": _l("排版"),
    "refused": _l("记下不是本人写的"),
    "restore": _l("重新启用"),
    "retire": _l("停用"),
    "return": _l("退回修改"),
    "send": _l("发出"),
    "set": _l("存下"),
    "set_aside": _l("另存"),
    "sign": _l("签发"),
    "submit": _l("送审"),
    "set_password": _l("换了密码"),
    "take_back": _l("放回待确认"),
    "take_what_fits": _l("收下能用的部分"),
    "withdraw": _l("取消"),
}


def thing(entity: str) -> str:
    """Return the word for a kind of thing."""
    return str(THINGS.get(entity, _("其他")))


def done(entity: str, action: str) -> str:
    """Return the word for what was done."""
    name = action.rpartition(".")[2]
    if entity == "finding":
        return _(FINDING_ACTIONS[name]) if name in FINDING_ACTIONS else _("改动")
    if (entity, name) == ("database", "restore"):
        return _("从备份恢复")
    return str(VERBS.get(name, _("改动")))
