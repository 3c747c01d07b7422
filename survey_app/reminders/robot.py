"""What a group's robot is told, in the format of DingTalk or WeCom: counts and links, nothing else. Pure.

Sources: open.dingtalk.com/document/robots/custom-robot-access and
developer.work.weixin.qq.com/document/path/91770.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote_plus

from survey_app.reminders.figures import Row
from survey_app.reminders.reminder import Reminder
from survey_app.reminders.week import Week

LONGEST = 4096  # bytes of a text that WeCom takes
BREAKS = {"dingtalk": "\n\n", "wecom": "\n"}  # between two lines
LONGEST_ANSWER = 200  # characters that are repeated of it
KNOWN = {
    300001: "机器人的地址不对或已失效：请从群里重新复制，设 SURVEY_ROBOT_URL",
    310000: "没有通过机器人的安全设置：请核对 SURVEY_ROBOT_SECRET，并看看设的关键词和 IP 范围",
    130101: "发得太频繁，对方不收：过一分钟再试",
    93000: "机器人的地址不对或已失效：请从群里重新复制，设 SURVEY_ROBOT_URL",
    45009: "发得太频繁，对方不收：过一分钟再试",
}
Link = Callable[[str, dict[str, str]], str]


@dataclass(frozen=True, slots=True)
class Message:
    """A title and the lines under it, as markdown."""

    title: str
    lines: tuple[str, ...]


def daily(reminders: Iterable[Reminder], link: Link) -> Message:
    """Return what waits today; ``link`` gives the address of a page, or nothing where there is none."""
    lines = (_linked(f"{one.n} {one.words}", link(one.endpoint, dict(one.values))) for one in reminders)
    return Message("今天要办的", tuple(lines))


def weekly(week: Week, rows: Iterable[Row], link: Link) -> Message:
    """Return what a week came to, each number beside that of the week before."""
    first, last = (f"{day.month}月{day.day}日" for day in (week.first, week.last))
    lines = [f"{row.label} {row.cells[0]}（上一周 {row.cells[1]}）" for row in rows]
    where = link("weekly.index", {"week": week.first.isoformat()})
    return Message(
        f"每周情况 {first} 到 {last}", (*lines, *([_linked("看各单位的", where)] if where else []))
    )


def _linked(words: str, address: str) -> str:
    return f"[{words}]({address})" if address else words


def body(kind: str, message: Message) -> bytes:
    """Return a message as a robot of a kind takes it."""
    text = BREAKS[kind].join((f"### {message.title}", *message.lines))
    said = {"title": message.title, "text": text} if kind == "dingtalk" else {"content": text}
    return json.dumps({"msgtype": "markdown", "markdown": said}, ensure_ascii=False).encode()


def signed(url: str, secret: str, at: datetime) -> str:
    """Return the address with its time and signature, as DingTalk asks where the group has set 加签."""
    if not secret:
        return url
    milliseconds = str(round(at.timestamp() * 1000))
    digest = hmac.digest(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256)
    signature = quote_plus(base64.b64encode(digest))
    return f"{url}{'&' if '?' in url else '?'}timestamp={milliseconds}&sign={signature}"


def refusal(answer: bytes) -> str:
    """Return in words why a robot did not take a message; nothing where it did: both say it under 200."""
    try:
        said = json.loads(answer)
        code = said["errcode"]
    except (ValueError, KeyError, TypeError):
        return "答复看不懂：请看看 SURVEY_ROBOT_URL 是不是机器人的地址"
    if code == 0:
        return ""
    words = " ".join(str(said.get("errmsg", "")).split())[:LONGEST_ANSWER]
    return KNOWN.get(code, "对方没有收下") + f"（{code} {words}）"
