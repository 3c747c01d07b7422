"""Figures keep what they were, say as of when and from whom, and are read as people write them."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from survey_app.voices import figure, queries
from survey_app.voices.figure import Figure
from survey_app.voices.tables import FIGURES
from tests.voices.data import put
from tests.voices.test_voices import opened

FIGURE = {"meaning": "APP 累计下载", "value": "突破 100 万次", "as_of": "2017-06-12", "unit_id": "U1"}


@pytest.fixture
def office(store: SQLiteStore, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("office")


def note(office: FlaskClient, **fields: str) -> tuple[int, str]:
    made = office.post("/figures/new", data=opened(office, "/figures/new") | FIGURE | fields)
    return made.status_code, made.text


@pytest.mark.parametrize(
    ("written", "number", "qualifier", "measure"),
    [
        ("超过１１７４万次", "11740000", "超过", "次"),
        ("突破 100 万次", "1000000", "突破", "次"),
        ("92.1万次", "921000", "", "次"),
        ("64.2 万小时", "642000", "", "小时"),
        ("共计9113名", "9113", "共计", "名"),
        ("90％以上", "90", "以上", "%"),
        ("1,174余件", "1174", "余", "件"),
        ("近1.5亿元", "150000000", "近", "元"),
    ],
)
def test_a_figure_is_read_as_people_write_it(written: str, number: str, qualifier: str, measure: str) -> None:
    read = figure.parse(written)
    assert (read.number, read.qualifier, read.measure) == (Decimal(number), qualifier, measure)


@pytest.mark.parametrize("written", ["", "很多", "一百万次", "1.2.3万", "12 个和 13 个", "1174,万", "万次"])
def test_what_is_no_figure_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a figure"):
        figure.parse(written)


def test_a_figure_is_cited_with_its_day_and_source() -> None:
    assert (
        figure.cite("突破100万次", "2017-06-12", "市公安局")
        == "突破 100 万次（截至 2017-06-12，来源：市公安局）"
    )
    assert figure.cite("90%以上", "2017-06-12", "") == "90%以上（截至 2017-06-12）"
    assert Figure("68", "项").spaced() == "68 项"


def test_a_new_value_follows_the_old_one_which_stays(store: SQLiteStore, office: FlaskClient) -> None:
    assert note(office, value="98.5万次", as_of="2017-05-31")[0] == 302
    first = store.value("select id from figures")
    page = office.get(f"/figures/new?after={first}").text
    assert 'value="APP 累计下载"' in page
    assert "上次是：98.5 万次（截至 2017-05-31，来源：市公安局）。旧的数留着。" in page
    assert note(office)[0] == 302
    [series] = queries.list_series(store)
    assert (series.newest["value"], [row["value"] for row in series.earlier]) == ("突破100万次", ["98.5万次"])
    page = office.get("/figures").text
    assert page.index("突破 100 万次") < page.index("98.5 万次（截至 2017-05-31，来源：市公安局）")
    assert "以前是多少（1）" in page


def test_a_value_that_cannot_be_read_says_how_to_write_it_and_is_kept(office: FlaskClient) -> None:
    status, page = note(office, value="一百多万次")
    assert status == 422
    assert "请写成“超过1174万次”“90%以上”这样" in page
    assert 'value="一百多万次"' in page
    assert "是将来的日期" in note(office, as_of="2017-06-13")[1]


def test_a_figure_can_be_corrected_withdrawn_and_put_back(store: SQLiteStore, office: FlaskClient) -> None:
    note(office)
    figure_id = store.value("select id from figures")
    form = opened(office, f"/figures/{figure_id}/edit") | FIGURE | {"value": "突破101万次"}
    assert office.post(f"/figures/{figure_id}/edit", data=form).status_code == 302
    assert office.post(f"/figures/{figure_id}/edit", data=form | {"value": "1次"}).status_code == 409
    assert "突破 101 万次" in office.get("/figures").text
    office.post(f"/figures/{figure_id}/withdraw", data=form)
    assert queries.list_series(store) == []
    assert "撤下的（1）" in office.get("/figures").text
    office.post(f"/figures/{figure_id}/restore", data=form)
    assert len(queries.list_series(store)) == 1


def test_everybody_of_the_desk_reads_figures_and_only_the_office_changes_them(
    store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    put(store, "编号,说的是什么,数,截至日期\nF1,已公布事项,68项,2017-06-12\n", FIGURES)
    for role, status in (("leader", 200), ("unit", 200), ("aide", 403), ("admin", 403)):
        assert sign_in(role).get("/figures").status_code == status
        assert sign_in(role).get("/figures/new").status_code == 403


def test_figures_are_imported_and_exported_as_they_are_written(
    store: SQLiteStore, office: FlaskClient
) -> None:
    put(
        store,
        "编号,说的是什么,数,截至日期,来源单位代码\nF1,点击,超过 １１７４ 万次,2017年6月12日,U1\n",
        FIGURES,
    )
    exported = office.get("/voices/tables/figures/export.csv").data.decode("utf-8-sig")
    assert "F1,点击,超过1174万次,2017-06-12,U1" in exported
    form = opened(office, "/figures/new") | {"file": (io.BytesIO(exported.encode()), "a.csv")}
    sent = office.post("/voices/tables/figures/import", data=form, content_type="multipart/form-data")
    assert "新增 0，更新 0，未变 1" in office.get(sent.headers["Location"]).text
