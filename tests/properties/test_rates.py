"""Whatever happens to visits, problems and what they refer to, every rate is what its rows come to."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.catalog.workdays import Calendar
from survey_app.insights import rates
from survey_app.insights.scope import Scope
from survey_app.rectification import recording
from survey_app.rectification.workflow import WorkflowError
from survey_app.store import SQLiteStore
from survey_app.store.ids import uuid7
from survey_app.sync import kinds
from survey_app.sync.intake import accept_ops
from survey_app.visits import counts, facts
from tests import phone, recounts
from tests.halls import HALL, HOTLINE, MATTER, OTHER_HALL, PHONE
from tests.problems import OTHER, UNIT, Work

DAY, WEEK, YEAR = timedelta(days=1), timedelta(days=7), timedelta(days=365)
CAMPAIGN = "campaign"
UNITS = (UNIT, OTHER, "unit-1")
halls = st.sampled_from((HALL, OTHER_HALL))
SAID = {
    facts.VISIT: st.fixed_dictionaries({
        "hall_id": halls, "announced": st.booleans(),
        "capacity": st.sampled_from(("handle", "research", None)),
        "assignment_id": st.sampled_from(("assignment", None)),
    }),
    facts.JOURNEY: st.fixed_dictionaries({
        "hall_id": halls, "matter_id": st.sampled_from((MATTER, None)), "outcome": st.just("done"),
        "trips": st.sampled_from((0, 1, 2, None)), "told_once": st.sampled_from(("yes", "no", None)),
    }),
    facts.DIAL: st.fixed_dictionaries({
        "phone_id": st.sampled_from((PHONE, HOTLINE)), "result": st.sampled_from(("answered", "busy")),
    }),
}  # fmt: skip
MOVED = (
    ("people", st.sampled_from(("leader",)), "unit_id", st.sampled_from((*UNITS, None))),
    ("halls", halls, "unit_id", st.sampled_from(UNITS)),
    ("matters", st.just(MATTER), "promised_trips", st.sampled_from((0, 1, None))),
)
WAY = ("assign", "sign", "plan", "feed_back", "verify", "follow_up", "close")
REWORK = ("rework", "feed_back", "verify", "follow_up")
BESIDE = ("assign", "return", "insist", "explain", "rework", "verify", "feed_back", "shelve", "take_up",
          "ask_extension", "grant", "attach", "merge", "settle")  # fmt: skip
WORDS = dict.fromkeys(("measure", "owner", "text", "note", "reason", "ground"), "说得清楚的话")
WHO = dict.fromkeys(("sign", "plan", "feed_back", "explain", "return", "ask_extension"), "unit")
which = st.integers(0, 2)
ways = st.sampled_from((WAY[:1], WAY[:2], WAY[:5], WAY, REWORK, (*WAY[:5], *REWORK)))
STEPS = st.lists(
    st.one_of(
        *(st.tuples(st.just("say"), which, st.tuples(st.just(kind), said)) for kind, said in SAID.items()),
        st.tuples(st.just("withdraw"), which, st.sampled_from(tuple(SAID))),
        *(st.tuples(st.just("move"), which, st.tuples(st.just(table), row, st.just(column), value))
          for table, row, column, value in MOVED),
        *[st.tuples(st.just("go on"), which, st.tuples(ways, st.sampled_from((0, 1, 3))))] * 4,
        st.tuples(st.just("do"), which, st.tuples(st.just("assign"), st.sampled_from((UNIT, OTHER)))),
        st.tuples(st.just("do"), which, st.tuples(st.sampled_from(BESIDE), st.sampled_from((UNIT, OTHER)))),
        st.tuples(st.just("wait"), which, st.sampled_from((1, 1, 2, 5, 30))),
    ),
    min_size=6,
    max_size=24,
)  # fmt: skip


class Bureau(Work):
    """Three visits, matters handled and calls, and any number of problems, to which anything may happen."""

    def __init__(self, app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> None:
        super().__init__(app, store, person_id)
        self.app = app
        with store.writing() as tx:
            tx.insert("campaigns", {"id": CAMPAIGN, "name": "体验周", "begins_on": "2017-06-01",
                                    "ends_on": "2017-06-30", "tier": "bureau", "created_at": "2017",
                                    "created_by": person_id("office")})  # fmt: skip
            tx.insert("assignments", {"id": "assignment", "campaign_id": CAMPAIGN, "hall_id": HALL,
                                      "person_id": person_id("leader"), "due_on": "2017-06-12"})  # fmt: skip

    def begin(self) -> None:
        """Go on so much later that no problem is an earlier one again."""
        self.now += YEAR
        self.ids = {kind: [uuid7() for _ in range(3)] for kind in SAID}
        self.heads: dict[str, str] = {}
        self.found: list[str] = []

    def send(self, kind: str, record_id: str, payload: dict[str, Any]) -> None:
        fields = phone.envelope(author=self.person_id("leader"), kind=kind, rec_id=record_id, payload=payload,
                                base=self.heads.get(record_id), made_at=self.now.isoformat())  # fmt: skip
        with self.app.test_request_context():
            accept_ops(self.store, kinds.registered(self.app), [phone.item(fields)],
                       carrier_id=self.person_id("leader"), now=self.now)  # fmt: skip
        self.heads[record_id] = fields["op_id"]

    def step(self, name: str, n: int, what: Any) -> None:
        if name == "wait":
            self.now += what * DAY
        elif name == "move":
            table, row_id, column, value = what
            with self.store.writing() as tx:
                tx.update(table, self.person_id(row_id) if table == "people" else row_id, {column: value})
        elif name == "say":
            kind, said = what
            more = {"visit_id": self.ids[facts.VISIT][n]} if kind != facts.VISIT else {}
            dialled = {"dialled_at": self.now.isoformat()} if kind == facts.DIAL else {}
            self.send(kind, self.ids[kind][n], {**said, **more, **dialled})
        elif name == "withdraw" and self.ids[what][n] in self.heads:
            self.send("withdraw", self.ids[what][n], {"reason": "记错了"})
        elif name == "go on":
            self.go(self.problem(n), *what)
        elif name == "do":
            self.go(self.problem(n), what[:1], 0, what[1])

    def problem(self, n: int) -> str:
        """Return one of three problems, two of which are alike; each is found when first asked for."""
        while len(self.found) <= n:
            category = ("D", "D", "A")[len(self.found)]
            visit_id = self.ids[facts.VISIT][0]
            self.found.append(self.open(category=category, visit_id=visit_id, at=self.now))
        return self.found[n]

    def go(self, finding_id: str, actions: tuple[str, ...], days: int, unit_id: str = UNIT) -> None:
        """Do what can be done of some actions, each so many days after the one before."""
        for action in actions:
            due = self.now.date() + 3 * DAY
            said = {
                "unit_id": unit_id, "deadline_on": due.isoformat(), "planned_on": due.isoformat(),
                "until": (due + WEEK).isoformat(), "review_on": due.isoformat(), "into_id": self.found[0],
                "observation_ids": [self.spare(action)], "finder_ids": [self.person_id("leader")],
                "result": "better", **WORDS,
            }  # fmt: skip
            who = "leader" if action == "follow_up" else WHO.get(action, "office")
            with suppress(WorkflowError):
                self.do(finding_id, action, who, **said)
                self.now += days * DAY

    def spare(self, action: str) -> str:
        """Return a record that belongs to no problem yet."""
        return str(self.report()["id"]) if action == "attach" else ""

    def check(self) -> None:
        assert counts.count_wrong(self.store) == 0
        today = self.now.date()
        calendar = Calendar(frozenset({today - DAY}))
        periods = ((1, 0), (5, 2), (20, 0), (45, 3))
        narrower = ((None, ""), ((UNIT,), ""), ((UNIT, OTHER), ""), (None, CAMPAIGN), ((UNIT,), CAMPAIGN))
        for (days, back), (units, campaign) in product(periods, narrower):
            last = today - back * DAY
            scope = Scope(last - (days - 1) * DAY, last, units, campaign)
            found = rates.list_rates(self.store, scope, today, calendar)
            assert found == recounts.list_rates(self.store, scope, today, calendar), scope
            overdue = rates.list_overdue(self.store, scope, today)
            assert overdue == recounts.list_overdue(self.store, scope, today), scope


@pytest.fixture
def bureau(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> Bureau:
    """Halls of two units, a campaign, and who goes there."""
    return Bureau(app, store, person_id)


@settings(max_examples=40)
@given(steps=STEPS)
def test_every_rate_is_what_its_rows_come_to(bureau: Bureau, steps: list[tuple[str, int, Any]]) -> None:
    bureau.begin()
    for step in steps:
        bureau.step(*step)
        assert counts.count_wrong(bureau.store) == 0, step
    bureau.check()
    with bureau.store.writing() as tx:
        recording.rebuild(tx)
    bureau.check()
