"""The rates that are looked at, each with what it counts; always as n of N. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.i18n import _l

SIGN_DAYS = 1  # working days in which a unit signs for what it was given


@dataclass(frozen=True, slots=True)
class Rate:
    """``n`` of ``of``; without any there is nothing to say."""

    n: int = 0
    of: int = 0

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.n + other.n, self.of + other.of)

    def __str__(self) -> str:
        return f"{self.n}/{self.of}" if self.of else "—"


@dataclass(frozen=True, slots=True)
class Metric:
    """One rate: its name, and what ``n`` and ``of`` count, in words."""

    label: Any
    definition: Any
    of_today: bool = False


METRICS: Mapping[str, Metric] = {
    "in_person": Metric(
        _l("亲身办占比"), _l("这段时间里说了以什么身份去的体验中，自己当一回办事群众、从头办到尾的。")
    ),
    "unannounced": Metric(_l("不打招呼占比"), _l("这段时间的体验中，没有事先通知对方的。")),
    "crossing": Metric(
        _l("交叉占比"), _l("这段时间的体验中，去的不是本人所在单位的大厅的。本人没有单位的不算在内。")
    ),
    "trips": Metric(
        _l("实跑次数没超承诺"),
        _l("亲自办的事中，实际跑的次数没有超过公布的次数的。没记跑了几次、事项没有承诺的不算在内。"),
    ),
    "told_once": Metric(_l("一次告知率"), _l("答了“一次讲清了吗？”的办理过程中，答“是”的。")),
    "answered": Metric(_l("电话接通率"), _l("在服务时间里拨打的服务电话中，有人接的。")),
    "signed": Metric(
        _l("按时签收率"),
        _l("这段时间交办的问题中，责任单位在 %(n)s 个工作日内签收的。还没到时间的不算在内。", n=SIGN_DAYS),
    ),
    "done": Metric(
        _l("按时办结率"),
        _l("期限落在这段时间里的问题中，责任单位在期限之前报告改好或说明理由的；同意延期的按新期限算。"),
    ),
    "followed_up": Metric(_l("回访率"), _l("这段时间核过的问题中，又去问过本人或群众的。")),
    "recurring": Metric(
        _l("复发率"), _l("这段时间发现的问题中，同一单位、同一分类的问题在 90 天之内又出现的。")
    ),
    "overdue": Metric(_l("到期未销号"), _l("到今天为止还没有销号的问题中，期限已经过了的。"), of_today=True),
}
