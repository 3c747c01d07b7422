"""Whatever was recorded: every figure that a draft states is what a recount gives."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from survey_app.catalog.vocabulary import CAPACITIES, FINDING_STATES, KINDS, METHODS, TIERS
from survey_app.digests.chase import chase
from survey_app.digests.compile import Pick
from survey_app.digests.counting import count_named, values
from survey_app.digests.figures import Coverage, Period, Record, count
from survey_app.digests.named import mark, plain, renewed, stated
from survey_app.digests.weekly import draft
from survey_app.digests.work import Call, Problem, Source, Visit, Work

FIRST = date(2017, 6, 1)
PERIOD = Period(FIRST, FIRST + timedelta(days=29))
days = st.integers(0, 29).map(lambda n: FIRST + timedelta(days=n))
some = st.sampled_from
records = st.builds(
    Record, id=st.uuids().map(str), n=st.integers(1, 999), made_on=days, method=some(list(METHODS)),
    kind=some(list(KINDS)), text=some(["等了很久", "{记录=9}"]), category=some(["", "时间排队", "怪{=}名"]),
    hall=some(["", "一号大厅", "二号大厅"]), unit=some(["", "车管所"]),
    resolved_on_spot=st.booleans(), reform_items=some([(), ("r1",), ("r1", "r2")]),
)  # fmt: skip
visits = st.builds(
    Visit, id=st.uuids().map(str), made_on=days, tier=some([*TIERS, ""]), capacity=some([*CAPACITIES, ""]),
    announced=st.booleans(), crosses=some([None, True, False]),
)  # fmt: skip
problems = st.builds(
    Problem, id=st.uuids().map(str), number=st.integers(1, 99).map(str), text=some(["排队久", "无人接"]),
    state=some(list(FINDING_STATES)), found_on=days, unit=some(["", "车管所", "出入境"]),
    deadline_on=st.none() | days, answer=some(["", "改好了"]), reworks=st.integers(0, 2),
).map(lambda one: one if one.state != "closed" else Problem(
    one.id, one.number, one.text, one.state, one.found_on, closed_on=PERIOD.last, answer=one.answer,
))  # fmt: skip
calls = st.builds(Call, id=st.uuids().map(str), made_on=days, result=some(["answered", "unanswered"]))
sources = st.builds(
    lambda recorded, work, as_of: Source(
        PERIOD, tuple(recorded), Coverage(3, 3, 3), as_of, work, item_titles={"r1": "一个电话", "r2": ""}
    ),
    st.lists(records, max_size=8),
    st.builds(
        lambda v, c, p: Work(tuple(v), ("look",), (), tuple(c), tuple(p)),
        st.lists(visits, max_size=6), st.lists(calls, max_size=4), st.lists(problems, max_size=8),
    ),
    days,
)  # fmt: skip


def bodies(source: Source) -> list[str]:
    return [draft(source, [Pick(record) for record in source.records]), chase(source)]


@given(sources)
def test_every_figure_that_a_draft_states_is_what_a_recount_gives(source: Source) -> None:
    for body in bodies(source):
        assert stated(body)
        assert {one.name: one.value for one in stated(body)}.items() <= values(source).items()


@given(sources)
def test_no_figure_of_nought_is_written_out(source: Source) -> None:
    for body in bodies(source):
        assert [one for one in stated(body) if one.value == "0" and one.name != "未销号"] == []


@given(sources)
def test_each_figure_counts_as_many_as_it_says(source: Source) -> None:
    for one in count_named(source).values():
        number, _, total = one.value.partition("/")
        if one.name not in ("截至", "整改用时"):
            assert int(number) == len(one.counted)
            assert not total or (one.of is not None and int(total) == len(one.of))
            assert not one.of or not Counter(one.counted) - Counter(one.of)


@given(sources)
def test_both_ways_of_counting_records_agree(source: Source) -> None:
    named, figures = values(source), count(source.records, source.coverage, source.visited)
    assert named["记录"] == str(figures.total)
    assert named["当场解决占比"] == str(figures.resolved)
    assert named["对应改革事项占比"] == str(figures.tagged)
    assert named["堵点难点"] == str(figures.problems.count)
    for share in figures.kinds:
        assert named[share.label] == str(share.count)


names = st.text(min_size=1, max_size=12).filter(
    lambda text: not set("{}=") & set(text) and not text.isspace()
)


@given(names, st.from_regex(r"\A\d{1,4}(/\d{1,4})?\Z"), st.from_regex(r"\A\d{1,4}\Z"), st.text(max_size=20))
def test_a_figure_is_renewed_by_its_name_and_nothing_around_it_changes(
    name: str, was: str, now: str, around: str
) -> None:
    around = around.replace("{", "").replace("}", "")
    text = f"{around}{mark(name, was)}{around}"
    [one] = stated(text)
    assert plain(text) == f"{around}{was}{around}"
    assert plain(renewed(text, {one.name: now})) == f"{around}{now}{around}"
    assert renewed(text, {}) == text
