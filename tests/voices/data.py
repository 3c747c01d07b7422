"""Voices for tests, by the same door as an import."""

from __future__ import annotations

from datetime import date

from survey_app.catalog import queries, spreadsheet
from survey_app.catalog.tables import Table
from survey_app.store import SQLiteStore
from survey_app.voices.tables import VOICES
from tests.clock import NOON

TODAY = date(2017, 6, 12)
SHEET = """编号,类别,批示级别,批示领导职务,标题,原文,来源,收到日期,涉及单位代码,答复期限,答复,答复日期
C2,领导批示,市,市委主要领导,,多替来办事的人想一步。,市委办,2017-05-02,U1,,,
C1,领导批示,省,省委主要领导,,把做法讲给别的窗口听。,市委办,2017-05-01,U1,,,
N1,网友留言,,,电话打不通,打了六次都没有人接，我的手机 138 1234 5678。,市局网站,2017-06-01,B1,2017-06-05,,
N2,网友留言,,,约不上号,连着三天约满。,市长信箱,2017-06-08,B1,2017-06-14,,
N3,网友留言,,,两个说法,两个窗口说的不一样。,市长信箱,2017-06-03,S1,,窗口已统一口径。,2017-06-05
N4,网友留言,,,自助机黑屏,黑了一周。,市局网站,2017-06-02,,,,
L1,表扬信,,,,当场帮我联系老家补上。,群众来信,2017-06-11,S1,,,
M1,媒体报道,,,办证少跑路,报道了改革。,本市报纸,2017-06-10,,,,
"""
EXCERPTS = """编号,简报可引用
C2,多替来办事的人想一步
N1,打了六次都没有人接
L1,当场帮我联系老家补上
"""


def add_units(store: SQLiteStore) -> None:
    """Add a branch with a station below it, and a branch that has nothing to do with either."""
    with store.writing() as tx:
        for number, (code, tier, parent) in enumerate(
            [("B1", "branch", "unit-1"), ("S1", "station", "u-B1"), ("B2", "branch", "unit-1")]
        ):
            row = {
                "id": f"u-{code}",
                "code": code,
                "name": f"单位{number}",
                "tier": tier,
                "parent_id": parent,
            }
            tx.insert("units", row)


def put(store: SQLiteStore, text: str, table: Table = VOICES) -> None:
    """Import a sheet."""
    with store.writing() as tx:
        made = queries.make_plan(tx, table, spreadsheet.read(text.encode()), TODAY)
        assert [str(problem) for problem in made.problems] == []
        queries.apply(tx, made, actor_id=None, at=NOON)


def id_of(store: SQLiteStore, code: str) -> str:
    """Return the id of a voice."""
    return str(store.value("select id from voices where code = :code", {"code": code}))
