"""Every plan keeps the rules of the visits, whoever there is and whatever the seed."""

from datetime import date
from itertools import combinations
from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from survey_app.campaigns.planner import Plan, propose, working_days
from survey_app.campaigns.rules import Bounds, Place, Visitor, may_go
from survey_app.catalog.workdays import Calendar

DAYS = working_days(date(2017, 6, 12), date(2017, 6, 18), Calendar())
UNITS = ("u1", "u2", "u3")
HALLS = tuple(Place(f"h{n}", UNITS[n % 3]) for n in range(5))
OWN = [frozenset({"u1"}), frozenset({"u2"}), frozenset({"u2", "u3"})]  # u3 is below u2
places = st.lists(st.sampled_from(HALLS), max_size=5, unique=True)


@st.composite
def people(draw: st.DrawFn) -> list[Visitor]:
    """Return some leaders of every tier."""
    return [
        Visitor(
            f"p{n}",
            draw(st.sampled_from(OWN)),
            draw(st.sampled_from(["bureau", "department", "branch", "station"])),
            frozenset(draw(st.lists(st.sampled_from([hall.id for hall in HALLS]), max_size=3))),
        )
        for n in range(draw(st.integers(0, 5)))
    ]


def pairs(plan: Plan) -> list[tuple[str, str]]:
    return [(one.visitor_id, one.hall_id) for one in plan.proposals]


@given(visitors=people(), halls=places, seed=st.integers(0, 999), each=st.integers(1, 3))
def test_nobody_is_sent_where_they_may_not_go_nor_twice_nor_too_often(
    visitors: list[Visitor], halls: list[Place], seed: int, each: int
) -> None:
    plan = propose(visitors, halls, DAYS, seed=seed, each=each)
    by_id, hall_of = {one.id: one for one in visitors}, {one.id: one for one in halls}
    assert len(pairs(plan)) == len(set(pairs(plan)))
    for one in plan.proposals:
        assert may_go(by_id[one.visitor_id], hall_of[one.hall_id]) == one.reason
        assert one.due_on in DAYS
    for visitor in visitors:
        allowed = sum(may_go(visitor, hall) is not None for hall in halls)
        assert sum(who == visitor.id for who, _ in pairs(plan)) == min(each, allowed), "a fair share"
        assert (visitor.id in plan.idle) == (allowed == 0)


@given(visitors=people(), halls=places, seed=st.integers(0, 99))
def test_every_hall_is_covered_where_numbers_allow(
    visitors: list[Visitor], halls: list[Place], seed: int
) -> None:
    plan = propose(visitors, halls, DAYS, seed=seed)
    covered = {hall for _, hall in pairs(plan)}
    assert covered.isdisjoint(plan.uncovered)
    assert covered | set(plan.uncovered) == {hall.id for hall in halls}
    assert len(covered) == most_covered(visitors, halls)


@given(visitors=people(), halls=places, seed=st.integers(0, 99))
def test_what_the_planner_proposes_a_person_may_agree_to(
    visitors: list[Visitor], halls: list[Place], seed: int
) -> None:
    who, where = {one.id: one for one in visitors}, {one.id: one for one in halls}
    bounds = Bounds(who, where, DAYS[0], DAYS[-1], DAYS[0], {})
    plan = propose(visitors, halls, DAYS, seed=seed, each=2)
    assert {bounds.fault(one.visitor_id, one.hall_id, one.due_on) for one in plan.proposals} <= {None}
    assert tuple(bounds.idle) == plan.idle
    assert where.keys() - bounds.reachable <= set(plan.uncovered)


def most_covered(visitors: list[Visitor], halls: list[Place]) -> int:
    """Return how many halls one visit a person can cover at best: Hall's theorem, by counting every set."""
    lacking = 0
    for size in range(1, len(halls) + 1):
        for chosen in combinations(halls, size):
            able = sum(any(may_go(one, hall) for hall in chosen) for one in visitors)
            lacking = max(lacking, size - able)
    return len(halls) - lacking


@given(visitors=people(), halls=places, seed=st.integers(0, 99))
def test_the_same_seed_makes_the_same_plan(visitors: list[Visitor], halls: list[Place], seed: int) -> None:
    assert propose(visitors, halls, DAYS, seed=seed) == propose(visitors, halls, DAYS, seed=seed)


@given(visitors=people(), halls=places, seed=st.integers(0, 99))
def test_what_is_agreed_already_is_not_proposed_again(
    visitors: list[Visitor], halls: list[Place], seed: int
) -> None:
    agreed = pairs(propose(visitors, halls, DAYS, seed=seed))
    assert pairs(propose(visitors, halls, DAYS, seed=seed + 1, taken=dict.fromkeys(agreed, DAYS[0]))) == []


@given(visitors=people(), halls=places, seed=st.integers(0, 99), n=st.integers(1, 5))
def test_nobody_is_given_two_visits_on_one_day_where_another_is_free(
    visitors: list[Visitor], halls: list[Place], seed: int, n: int
) -> None:
    days = DAYS[:n]
    agreed = {
        (one.visitor_id, one.hall_id): days[0] for one in propose(visitors, halls, days, seed=1).proposals
    }
    plan = propose(visitors, halls, days, seed=seed, each=4, taken=agreed)
    for visitor in visitors:
        own = [day for (who, _), day in agreed.items() if who == visitor.id]
        own += [one.due_on for one in plan.proposals if one.visitor_id == visitor.id]
        times = [own.count(day) for day in days]
        assert max(times) - min(times) <= 1


def test_the_days_of_a_plan_are_drawn_by_lot() -> None:
    drawn = {
        propose([Visitor("p0", OWN[0], "branch")], HALLS[:1], DAYS, seed=n).proposals[0].due_on
        for n in range(60)
    }
    assert drawn == set(DAYS)


def test_a_plan_for_two_hundred_units_is_made_at_once() -> None:
    visitors = [Visitor(f"p{n}", frozenset({f"u{n}"}), "department") for n in range(200)]
    halls = [Place(f"h{n}", f"u{n % 200}") for n in range(400)]
    begun = process_time()
    plan = propose(visitors, halls, DAYS, seed=1)
    assert (len(plan.proposals), len(plan.uncovered)) == (200, 200)
    assert process_time() - begun < 2


def test_days_without_a_working_day_are_all_days() -> None:
    weekend = working_days(date(2017, 6, 17), date(2017, 6, 18), Calendar())
    assert weekend == [date(2017, 6, 17), date(2017, 6, 18)]
    assert working_days(date(2017, 6, 12), date(2017, 6, 18), Calendar(frozenset({date(2017, 6, 13)})))[
        1
    ] == date(2017, 6, 14)
