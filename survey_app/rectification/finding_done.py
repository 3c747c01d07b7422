"""What is said when something was done about a problem: in the words of what was done, and who is next."""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.i18n import _l

DONE: Mapping[str, object] = {
    "assign": _l("交办了，等责任单位签收。"),
    "sign": _l("签收了。接着写打算怎么改。"),
    "plan": _l("措施记下了。改好了，点“已改好”。"),
    "progress": _l("进展记下了。"),
    "feed_back": _l("报上去了，等改革办核验。"),
    "explain": _l("说明报上去了，等改革办核验。"),
    "return": _l("退回去了，等改革办定给谁办。"),
    "insist": _l("没有同意退件，还由原来的单位办。"),
    "ask_extension": _l("申请延期了，等改革办批。"),
    "grant": _l("同意延期了，时限已经改到申请的那天。"),
    "refuse": _l("没有同意延期，时限不变。"),
    "verify": _l("核过了，等回头看。"),
    "rework": _l("发回去重办了。"),
    "follow_up": _l("回头看记下了，以后还可以再问。"),
    "close": _l("销号了。"),
    "shelve": _l("挂账了，到再看的日子再定。"),
    "take_up": _l("重新办了，等交办。"),
    "merge": _l("并过去了，以后看那一个。"),
}
HEARD = {
    "followed_up": _l("回头看记下了，可以销号了。"),
    "fixing": _l("回头看记下了，没有变化，发回重办了。"),
}
"""What a follow-up led to, by the state that it left."""


def say_done(action: str, state: str) -> str:
    """Return what is said of an action that was just done; nothing where there is no such action."""
    words = HEARD.get(state) if action == "follow_up" else None
    return str(words or DONE.get(action, ""))
