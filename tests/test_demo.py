"""The demo is believable, from the facts, the same however often it is made, and says that it is one."""

import csv
import os
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from survey_app import create_app
from survey_app.accounts import queries as accounts
from survey_app.campaigns import assignments, points
from survey_app.campaigns import queries as campaigns
from survey_app.catalog import queries
from survey_app.catalog.slots import families
from survey_app.catalog.tables import HALLS
from survey_app.config import Config
from survey_app.demo.people import ACCOUNTS
from survey_app.permissions import ROLES
from survey_app.store import SQLiteStore
from survey_app.voices import queries as voices
from survey_app.voices.voice import urgency

DATA = Path(__file__).parents[1] / "survey_app" / "demo" / "data"
SHARED_DATA = Path(os.environ.get("SURVEY_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.fixture
def fresh(tmp_path: Path) -> Flask:
    """A product on an empty folder: not even migrated."""
    return create_app(
        Config.from_env({"SURVEY_DATA_DIR": str(tmp_path), "SURVEY_EXPORTS_DIR": str(tmp_path / "exports")})
    )


def run(app: Flask, *arguments: str) -> str:
    result = app.test_cli_runner().invoke(args=list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def store_of(app: Flask) -> SQLiteStore:
    found = app.extensions["store"]
    assert isinstance(found, SQLiteStore)
    return found


def test_the_demo_looks_as_if_no_record_had_got_lost(fresh: Flask) -> None:
    run(fresh, "demo")
    assert store_of(fresh).query("select author_id from installs where last_seq <> numbers") == []


def test_a_demo_starts_from_nothing_and_a_second_run_adds_nothing(fresh: Flask) -> None:
    first = run(fresh, "demo")
    assert "目录新增 0 条" not in first
    rows = {table: store_of(fresh).value(f"select count(*) from {table}") for table in ("units", "people")}
    before = store_of(fresh).value("select count(*) from audit")
    assert "目录新增 0 条" in run(fresh, "demo")
    assert {t: store_of(fresh).value(f"select count(*) from {t}") for t in rows} == rows
    assert store_of(fresh).value("select count(*) from audit") == before


def test_the_inbox_of_a_demo_is_neither_empty_nor_finished(fresh: Flask) -> None:
    assert "群众声音和数据新增 19 条，记录新增 31 条" in run(fresh, "demo")
    store = store_of(fresh)
    assert store.value("select count(*) from ops where status = 'held'") == 0
    states = {
        row["state"]: row["n"]
        for row in store.query("select state, count(*) as n from observations group by state")
    }
    assert states == {"triaged": 22, "reported": 10}, "one is a call that nobody answered"
    assert store.value("select count(*) from observation_reform_items") > 15
    assert "记录新增 0 条" in run(fresh, "demo")
    assert store.value("select count(*) from observations") == 32


@pytest.mark.parametrize("day", range(12, 19))
def test_a_campaign_is_under_way_in_the_demo_on_every_day_of_the_week(fresh: Flask, day: int) -> None:
    fresh.extensions["clock"] = lambda: datetime(2017, 6, day, 1, 0, tzinfo=UTC)
    assert "安排新增 4 项，体验新增 8 条" in run(fresh, "demo")
    store, today = store_of(fresh), date(2017, 6, day)
    [campaign] = campaigns.list_campaigns(store)
    assert (campaign["visited"], campaign["assigned"]) == (2, 4)
    assert campaign["begins_on"] < today.isoformat() < campaign["ends_on"]
    for row in assignments.list_assignments(store, campaign["id"]):
        due_on = date.fromisoformat(row["due_on"])
        assert campaign["begins_on"] <= row["due_on"] <= campaign["ends_on"]
        assert due_on.weekday() < 5
        assert (due_on < today) == (row["visit_id"] is not None)
    assert store.value("select count(*) from ops where status <> 'stored'") == 0
    kept = ("visits", "looks", "journeys", "dial_tests", "follow_ups", "contact_points")
    assert [store.value(f"select count(*) from {table}") for table in kept] == [2, 2, 1, 2, 1, 3]
    assert "安排新增 0 项，体验新增 0 条" in run(fresh, "demo")


def test_a_leader_of_each_tier_that_has_a_rule_can_sign_in_to_the_demo(fresh: Flask) -> None:
    run(fresh, "demo")
    tiers = {row["login"]: row["tier"] for row in points.list_leaders(store_of(fresh))}
    assert tiers == {"leader": "branch", "bureau": "bureau", "department": "department"}
    assert [account.login for account in ACCOUNTS if account.login == account.role] == list(ROLES)


def test_a_demo_of_an_earlier_release_gets_the_accounts_that_are_new(fresh: Flask) -> None:
    run(fresh, "demo")
    with store_of(fresh).writing() as tx:
        tx.execute("delete from contact_points")
        bureau = tx.value("select id from people where login = 'bureau'")
        tx.execute("delete from person_roles where person_id = :id", {"id": bureau})
        tx.execute("delete from people where id = :id", {"id": bureau})
    assert "新账号 bureau 的密码" in run(fresh, "demo")
    assert store_of(fresh).value("select count(*) from contact_points") == 0, "what was taken away stays so"


def test_the_demo_has_problems_in_every_stage_and_makes_none_twice(fresh: Flask) -> None:
    assert "问题新增 9 个" in run(fresh, "demo")
    store = store_of(fresh)
    states = {row["state"] for row in store.query("select state from findings")}
    assert states == {"closed", "verified", "assigned", "fixing", "returned", "shelved", "settled"}
    before = store.query("select * from findings order by id")
    assert "问题新增 0 个" in run(fresh, "demo")
    run(fresh, "rebuild")
    assert store.query("select * from findings order by id") == before
    late = "select count(*) from finding_events where at > (select max(created_at) from people)"
    assert store.value(late) == 0


def test_a_demo_account_that_was_moved_to_another_unit_stops_no_demo(app: Flask, store: SQLiteStore) -> None:
    with store.writing() as tx:  # the tests' own people count as the demo's, and belong to another unit
        tx.insert("settings", {"id": "demo", "value": "1"})
    run(app, "demo")
    states = {row["state"] for row in store.query("select state from findings")}
    assert states == {"assigned", "shelved", "settled"}


def test_the_demo_has_something_to_brief_on_in_the_weeks_of_the_seed(fresh: Flask, tmp_path: Path) -> None:
    run(fresh, "demo")
    out = tmp_path / "briefing.pdf"
    run(fresh, "digest", "--from", "2017-06-01", "--to", "2017-06-12", "--out", str(out))
    assert "共记录7条" in "".join("".join(page.extract_text().split()) for page in PdfReader(out).pages)


def test_demo_records_are_of_the_last_weeks_and_none_of_the_future(fresh: Flask) -> None:
    fresh.extensions["clock"] = lambda: datetime(2017, 6, 12, 1, 0, tzinfo=UTC)
    run(fresh, "demo")
    first, last = (
        store_of(fresh).value(f"select {what}(made_on) from observations") for what in ("min", "max")
    )
    assert (first, last) == ("2017-05-17", "2017-06-09")
    for row in store_of(fresh).query("select made_at, received_at from observations"):
        made_at = datetime.fromisoformat(row["made_at"])
        assert made_at < datetime.fromisoformat(row["received_at"])
        assert made_at.weekday() < 5, "halls are closed at the weekend"


def test_the_random_password_is_printed_once_and_keeps_working(fresh: Flask) -> None:
    found = re.search(r"密码：([a-z0-9-]{14})", run(fresh, "demo"))
    assert found
    assert "和上次一样" in run(fresh, "demo")
    for account in ACCOUNTS:
        assert accounts.password_matches(store_of(fresh), account.login, found[1])


def test_a_password_that_is_set_is_used_now_and_later(fresh: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_DEMO_PASSWORD", "first one 1")
    assert "first one 1" not in run(fresh, "demo")
    assert accounts.password_matches(store_of(fresh), "office", "first one 1")
    monkeypatch.setenv("SURVEY_DEMO_PASSWORD", "second one 2")
    assert "已更新" in run(fresh, "demo")
    assert accounts.password_matches(store_of(fresh), "office", "second one 2")


def test_what_a_person_changed_in_the_demo_stays(fresh: Flask) -> None:
    run(fresh, "demo")
    with store_of(fresh).writing() as tx:
        tx.execute("update units set name = '改过的' where code = 'BYPCS'")
    run(fresh, "demo")
    assert store_of(fresh).value("select name from units where code = 'BYPCS'") == "改过的"


def test_a_database_in_real_use_gets_no_demo_data(app: Flask, store: SQLiteStore) -> None:
    run(app, "user", "wang", "--name", "王处", "--post", "改革办主任", "--password", "not a demo 1")
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 1
    assert "已有正式人员" in result.output
    assert store.value("select count(*) from halls") == 0


def test_somebody_with_the_login_of_a_demo_account_keeps_their_password(
    fresh: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(fresh, "migrate")
    run(fresh, "user", "admin", "--name", "王处", "--post", "管理员", "--password", "not a demo 1")
    monkeypatch.setenv("SURVEY_DEMO_PASSWORD", "for the demo 2")
    run(fresh, "demo")
    assert accounts.password_matches(store_of(fresh), "admin", "not a demo 1")
    assert accounts.password_matches(store_of(fresh), "office", "for the demo 2")


def test_every_page_of_a_demo_says_so_and_no_other(
    app: Flask, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    office = sign_in("office")
    assert "这里是演示数据" not in office.get("/catalog").text
    with store.writing() as tx:
        tx.upsert("settings", {"id": "demo", "value": "1"})
    for path in ("/catalog", "/catalog/units", "/menu"):
        assert "这里是演示数据" in office.get(path).text


def test_the_reform_plan_holds_what_the_source_names_and_no_more(fresh: Flask) -> None:
    run(fresh, "demo")
    plan = {family.code: family for family in families(queries.list_reform_items(store_of(fresh)))}
    shown = {code: (len(family.entered), family.target) for code, family in plan.items()}
    assert shown == {"requirement": (3, 10), "project": (0, 10), "matter": (17, 68), "measure": (12, None)}
    assert len(plan["matter"].empty) == 51
    assert all(row["matter_id"] for row in plan["matter"].entered)


def test_the_figures_are_those_of_the_source(fresh: Flask) -> None:
    path = SHARED_DATA / "seed-briefing-2017-06-12.txt"
    if not path.exists():
        pytest.skip(f"没有 {path.name}：用 SURVEY_SHARED_DATA 指出它所在的目录")
    run(fresh, "demo")
    source = re.sub(r"\s", "", unicodedata.normalize("NFKC", path.read_text(encoding="utf-8")))
    shown = {row["code"]: row["value"] for row in store_of(fresh).query("select * from figures")}
    lost_point = {"F3": "921万次", "F4": "642万小时"}  # the text layer of the print has no decimal point
    assert {"F1", "F2", "F5", "F6", "F7", "F8"} | set(lost_point) == set(shown)
    for code, value in (shown | lost_point).items():
        number = re.sub(r"[^0-9%万]", "", value)
        assert number in source, (code, value)


def test_some_voices_of_the_demo_wait_and_one_is_overdue(fresh: Flask) -> None:
    run(fresh, "demo")
    waiting = voices.list_voices(store_of(fresh), voices.Filter(state="waiting"))
    today = datetime.now(UTC).date()
    assert [urgency(row, today) for row in waiting] == ["bad", "warn", ""]


def test_the_units_are_the_divisions_of_the_time(fresh: Flask) -> None:
    path = SHARED_DATA / "divisions-hangzhou-2017-06.tsv"
    if not path.exists():
        pytest.skip(f"没有 {path.name}：用 SURVEY_SHARED_DATA 指出它所在的目录")
    run(fresh, "demo")
    with path.open(encoding="utf-8") as file:
        divisions = [row for row in csv.DictReader(file, delimiter="\t") if row["Code"] != "330100"]
    branches = {row["code"]: row["name"] for row in queries.list_units(store_of(fresh), tier="branch")}
    for division in divisions:
        assert division["Name"] in branches.pop(f"GA{division['Code']}")
    assert branches == {"GAJKQ": "杭州经济技术开发区分局"}


def test_no_demo_phone_can_be_anybodys() -> None:
    with (DATA / "service_phones.csv").open(encoding="utf-8") as file:
        numbers = [row["号码"] for row in csv.DictReader(file)]
    assert numbers
    assert all(re.fullmatch(r"0571-0000 \d{4}", number) for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_a_demo_phone_is_called_a_24_hour_line_exactly_where_its_hours_say_so() -> None:
    with (DATA / "service_phones.csv").open(encoding="utf-8-sig") as lines:
        for phone in csv.DictReader(lines):
            assert (phone["24 小时"] == "是") == (phone["服务时间"] == "24 小时"), phone


def test_the_demo_repeats_no_sentence_of_its_source() -> None:
    path = SHARED_DATA / "seed-briefing-2017-06-12.txt"
    if not path.exists():
        pytest.skip(f"没有 {path.name}：用 SURVEY_SHARED_DATA 指出它所在的目录")
    source = re.sub(r"\s", "", path.read_text(encoding="utf-8"))
    files = [*DATA.glob("*.csv"), *DATA.glob("*.json"), *DATA.parent.glob("*.py")]
    written = "".join(file.read_text(encoding="utf-8") for file in files)
    clauses = [clause for clause in re.split(r"[，。；：、,\n（）“”《》]", written) if len(clause) > 16]
    assert [clause for clause in clauses if re.sub(r"\s", "", clause) in source] == []


def test_import_and_export_work_from_the_shell(fresh: Flask, tmp_path: Path) -> None:
    run(fresh, "demo")
    path = tmp_path / "halls.xlsx"
    assert "19 条" in run(fresh, "export", "halls", "--format", "xlsx", "--out", str(path))
    assert "新增 0 更新 0 未变 19" in run(fresh, "import", "halls", str(path))
    bad = tmp_path / "bad.csv"
    bad.write_text("代码,名称,单位代码\nX,新大厅,NOBODY\nY,,HZGA\n", encoding="utf-8")
    result = fresh.test_cli_runner().invoke(args=["import", "halls", str(bad)])
    assert result.exit_code == 1
    assert "第 2 行「单位代码」：没有代码为 NOBODY 的单位。请先导入单位。" in result.output
    assert "第 3 行「名称」：没有填写。请补上。" in result.output
    good = tmp_path / "good.csv"
    good.write_text("代码,名称,单位代码\nX,新大厅,HZGA\n", encoding="utf-8")
    assert "新增 1" in run(fresh, "import", "halls", str(good), "--dry-run")
    assert queries.find_row_by_code(store_of(fresh), HALLS, "X") is None


def test_a_demo_has_a_briefing_issued_one_in_review_and_one_being_written(fresh: Flask) -> None:
    assert "简报新增 3 期" in run(fresh, "demo")
    rows = fresh.extensions["store"].query("select state, number, pdf_sha256 from digests order by state")
    assert [(row["state"], row["number"], bool(row["pdf_sha256"])) for row in rows] == [
        ("draft", None, False), ("issued", 1, True), ("review", None, False),
    ]  # fmt: skip
    assert "简报新增 0 期" in run(fresh, "demo")
