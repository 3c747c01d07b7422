"""The history of a record is one, whatever the order of its ops, and keeps every version in sight."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from survey_app.sync import envelope, queries
from survey_app.sync.history import assemble
from survey_app.sync.kinds import Op
from tests import phone

MOST = 8
IDS = [f"0193f3a1-0000-7000-8000-{n:012d}" for n in range(MOST)]
RECORD = "0193f3a1-0000-7000-8000-0000000000ff"


@st.composite
def ops_of_a_record(draw: st.DrawFn) -> list[Op]:
    """A root and what followed it; an op may settle what was made before it, after it, or never."""
    made = []
    for n in range(draw(st.integers(1, MOST))):
        kind = draw(st.sampled_from(["note"] * 4 + ["withdraw", "choose"])) if n else "note"
        made.append(
            op_of(
                op_id=IDS[n],
                kind=kind,
                base=IDS[draw(st.integers(0, n - 1))] if n else None,
                merges=draw(st.lists(st.sampled_from(IDS), max_size=2)),
            )
        )
    return made


def op_of(**fields: Any) -> Op:
    item = envelope.parse(phone.item(phone.envelope(rec_id=RECORD, **fields)))
    assert isinstance(item, envelope.Envelope)
    return queries.op_of(item, "somebody", 1, "2017-06-12T01:30:00Z")


@given(ops=ops_of_a_record(), dice=st.randoms(use_true_random=False))
def test_the_history_does_not_depend_on_the_order_of_its_ops(ops: list[Op], dice: random.Random) -> None:
    shuffled = list(ops)
    dice.shuffle(shuffled)
    assert assemble(RECORD, shuffled) == assemble(RECORD, ops)


@given(ops=ops_of_a_record())
def test_a_version_is_out_of_sight_only_where_one_in_sight_settled_it(ops: list[Op]) -> None:
    by_id = {op.id: op for op in ops}
    seen, waiting = set(), [leaf.id for leaf in assemble(RECORD, ops).leaves]
    while waiting:
        op = by_id.get(waiting.pop())
        if op and op.id not in seen:
            seen.add(op.id)
            waiting += [op.base or "", *op.merges]
    assert seen == set(by_id)


@given(ops=ops_of_a_record())
def test_a_record_counts_as_withdrawn_only_where_every_version_is(ops: list[Op]) -> None:
    history = assemble(RECORD, ops)
    by_id = {op.id: op for op in ops}

    def chosen(op: Op) -> Op:
        return chosen(by_id[op.base or ""]) if op.kind == "choose" else op

    assert history.withdrawn == all(chosen(leaf).kind == "withdraw" for leaf in history.leaves)
    assert history.head.kind == "note"
