"""Whatever happens to records, the counts that are kept with them are what a recount comes to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.rectification import board, queries
from survey_app.rectification.triage import Decision
from survey_app.store import SQLiteStore
from survey_app.store.ids import uuid7
from survey_app.sync import kinds, settling
from survey_app.sync.intake import accept_ops
from survey_app.visits import counts
from tests import phone
from tests.clock import NOON
from tests.halls import HALL, HOTLINE, ITEMS, MATTER, PHONE, add_halls

KINDS = ("blockage", "difficulty", "good_practice", "suggestion")
WORDS = {
    "method": st.just("see"),
    "kind": st.sampled_from(KINDS),
    "text": st.just("取号机停用"),
    "hall_id": st.sampled_from((HALL, None)),
    "matter_id": st.sampled_from((MATTER, None)),
    "category": st.sampled_from(("A", "A1", "D", None)),
    "reform_item_ids": st.lists(st.sampled_from(ITEMS), max_size=2, unique=True),
}
SAID = st.fixed_dictionaries(WORDS)
DIALLED = st.fixed_dictionaries(
    {"phone_id": st.sampled_from((PHONE, HOTLINE)), "result": st.sampled_from(("answered", "unanswered"))}
)
DECISIONS = st.builds(
    Decision,
    kind=st.sampled_from(KINDS),
    category=WORDS["category"],
    reform_item_ids=st.lists(st.sampled_from(ITEMS), max_size=2, unique=True).map(tuple),
)
RECORD = st.integers(0, 3)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), RECORD, SAID),
        st.tuples(st.just("dial"), RECORD, DIALLED),
        st.tuples(st.just("withdraw"), RECORD, st.none()),
        st.tuples(st.just("confirm"), RECORD, st.sampled_from(("confirm", "change", "refuse"))),
        st.tuples(st.just("decide"), RECORD, DECISIONS),
        st.tuples(st.just("rebuild"), RECORD, st.none()),
    ),
    min_size=3,
    max_size=14,
)


class Records:
    """Four records of an aide, entered for a leader, to which anything may happen."""

    def __init__(self, app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> None:
        self.app, self.store, self.person_id = app, store, person_id
        self.ids = [uuid7() for _ in range(4)]
        self.heads: dict[str, str] = {}
        self.kinds: dict[str, str] = {}
        self.sent = 0

    def send(self, kind: str, record_id: str, payload: dict[str, Any], who: str = "aide") -> None:
        self.sent += 1
        made_at = (NOON - timedelta(days=self.sent % 3)).isoformat()
        fields = phone.envelope(author=self.person_id(who), seq=self.sent, kind=kind, rec_id=record_id,
                                base=self.heads.get(record_id), payload=payload, made_at=made_at)  # fmt: skip
        accept_ops(self.store, kinds.registered(self.app), [phone.item(fields)],
                   carrier_id=self.person_id(who), now=NOON)  # fmt: skip
        self.heads[record_id] = fields["op_id"]

    def do(self, step: str, record_id: str, what: Any) -> None:
        if step in ("say", "dial"):
            kind = self.kinds.setdefault(record_id, {"say": "observation", "dial": "dial_test"}[step])
            if kind == {"say": "observation", "dial": "dial_test"}[step]:
                entered = {"for_person_id": self.person_id("leader")} if step == "say" else {}
                self.send(kind, record_id, {**what, **entered})
        elif step == "withdraw" and record_id in self.heads:
            self.send("withdraw", record_id, {"reason": "记错了"})
        elif step == "confirm":
            said = {"record_id": record_id, "says": what, "text": "改过的话"}
            self.send("confirmation", uuid7(), said, "leader")
        elif step == "decide" and queries.find_record(self.store, record_id):
            self.decide(record_id, what)
        elif step == "rebuild":
            settling.rebuild_projections(self.store, kinds.registered(self.app), NOON)

    def decide(self, record_id: str, decision: Decision) -> None:
        decided = queries.find_classification(self.store, record_id)
        with self.store.writing() as tx:
            queries.set_classification(tx, record_id, decision, version=decided["version"] if decided else 0,
                                       actor_id=self.person_id("office"), at=NOON)  # fmt: skip


@settings(max_examples=40)
@given(steps=STEPS)
def test_counts_are_what_a_recount_comes_to(
    app: Flask, store: SQLiteStore, person_id: Callable[[str], str], steps: list[tuple[str, int, Any]]
) -> None:
    if not store.value("select count(*) from halls"):
        add_halls(store)
    records = Records(app, store, person_id)
    with app.test_request_context():
        for step, which, what in steps:
            records.do(step, records.ids[which], what)
            assert counts.count_wrong(store) == 0, step
    shown = store.value("select count(*) from observations where state <> 'withdrawn'")
    for facet in ("unit", "category", "matter"):
        sql = "select coalesce(sum(n), 0) from observation_days where facet = :facet"
        assert store.value(sql, {"facet": facet}) == shown
    tagged = sum(row["records"] for family in board.list_families(store) for row in family.lines
                 if isinstance(row, dict))  # fmt: skip
    assert tagged == store.value(
        "select count(*) from observation_reform_items t join observations o on o.id = t.observation_id"
        " where o.state <> 'withdrawn'"
    )
