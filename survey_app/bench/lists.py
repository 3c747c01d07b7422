"""How long the office waits for its screens, from the request to the last byte of the page."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, timedelta

from flask.testing import FlaskClient

from survey_app.rectification.filters import Filter
from survey_app.store import Reader

P50, P95 = 0.50, 0.95


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds that half of the requests and 19 of 20 took at most; ``work`` is the processor's."""

    p50: float
    p95: float
    work: float


def screens(reader: Reader, today: date) -> dict[str, str]:
    """Return the address of each screen that is measured, by its name."""
    busy = reader.find(
        """
        select hall_id, unit_id, count(*) from observations
        where unit_id not in (select parent_id from units where parent_id is not null)
        group by 1, 2 order by 3 desc limit 1
        """
    )
    middle = reader.find(
        "select id, n from observations where n > (select max(n) / 2 from observations) limit 1"
    )
    bureau = reader.value(
        "select parent_id from units where parent_id is not null group by 1 order by count(*) desc limit 1"
    )
    item = reader.value("select reform_item_id from observation_reform_items limit 1")
    assert busy
    assert middle
    year_ago = today - timedelta(days=365)
    filters = {
        "按状态": Filter(state="reported"),
        "按撤回的": Filter(state="withdrawn"),
        "按是什么": Filter(kind="suggestion"),
        "按怎么体验": Filter(method="ask"),
        "按分类（一组）": Filter(category="A"),
        "按分类（一个）": Filter(category="J1"),
        "按大厅": Filter(hall=busy["hall_id"]),
        "按单位": Filter(unit=busy["unit_id"]),
        "按单位和它下面的": Filter(unit=bureau),
        "按改革事项": Filter(item=item),
        "还没对上的": Filter(item="none"),
        "近 30 天": Filter().last_days(30, today),
        "一年前的 30 天": Filter().last_days(30, year_ago),
        "一年": Filter().last_days(365, today),
        "单位、状态": Filter(unit=busy["unit_id"], state="reported"),
        "大厅、看办问": Filter(hall=busy["hall_id"], method="see"),
        "单位、分类、30 天": Filter(unit=busy["unit_id"], category="J").last_days(30, year_ago),
        "搜两个字": Filter(q="排队"),
        "搜四个字": Filter(q="无人接听"),
        "搜一串数字": Filter(q="012345"),
        "搜两个字，在一个单位里": Filter(q="排队", unit=busy["unit_id"]),
        "搜两个字，一年前的 30 天": Filter(q="排队").last_days(30, year_ago),
        "改革事项、一年前的 30 天": Filter(item=item).last_days(30, year_ago),
        "状态、一年前的 30 天": Filter(state="reported").last_days(30, year_ago),
        "到一年前为止": Filter(until=year_ago),
        "搜没有的": Filter(q="没有这样的话"),
    }
    return {
        "收件箱第一页": "/inbox",
        "收件箱深处一页": f"/inbox?before={middle['n']}",
        **{name: _address(wanted) for name, wanted in filters.items()},
        "一条记录": f"/inbox/{middle['id']}",
        "改革事项": "/reform",
        "一项改革": f"/reform/{item}",
        "看一眼": "/insights",
        "看一眼，近 90 天": _insights(today, 90),
        "看一眼，一年": _insights(today, 365),
        "看一眼，一个单位": _insights(today, 90, busy["unit_id"]),
        "看一眼，单位和它下面的": _insights(today, 30, bureau),
    }


def _insights(today: date, days: int, unit_id: str = "") -> str:
    return f"/insights?since={today - timedelta(days=days - 1)}&until={today}&unit={unit_id}"


def _address(wanted: Filter) -> str:
    return "/inbox?" + "&".join(f"{name}={value}" for name, value in wanted.address().items())


def time_screens(client: FlaskClient, addresses: dict[str, str], repeats: int) -> dict[str, Times]:
    """Return the times of each screen, asked for ``repeats`` times after once to warm up."""
    return {name: _time(client, path, repeats) for name, path in addresses.items()}


def _time(client: FlaskClient, path: str, repeats: int) -> Times:
    taken = [_once(client, path) for _ in range(repeats + 1)][1:]
    walls, works = (sorted(column) for column in zip(*taken, strict=True))
    return Times(_at(walls, P50), _at(walls, P95), _at(works, P95))


def _at(taken: list[float], part: float) -> float:
    return taken[round(part * (len(taken) - 1))]


def _once(client: FlaskClient, path: str) -> tuple[float, float]:
    """Return the milliseconds of one request: those that passed, and those that the processor worked."""
    started, worked = time.perf_counter(), time.process_time()
    answer = client.get(path)
    passed, work = time.perf_counter() - started, time.process_time() - worked
    if answer.status_code != 200:
        raise LookupError(f"{path} answers {answer.status_code}")
    return passed * 1000, work * 1000
