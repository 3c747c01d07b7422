"""Whatever two people type into one text: both find all of it again, or both are asked."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from survey_app.digests.merging import MOST_LINES, merge, merge_lines

lines = st.lists(st.sampled_from(["甲", "乙", "丙", "丁"]), max_size=8)


def added(base: list[str], changed: list[str]) -> Counter[str]:
    return Counter(changed) - Counter(base)


@given(lines, lines)
def test_whoever_typed_alone_keeps_exactly_what_was_typed(base: list[str], mine: list[str]) -> None:
    assert merge_lines(base, mine, base) == merge_lines(base, base, mine) == mine
    assert merge_lines(base, mine, mine) == mine


@given(lines, lines, lines)
def test_what_either_added_is_there_and_the_order_of_arrival_changes_nothing(
    base: list[str], mine: list[str], theirs: list[str]
) -> None:
    merged = merge_lines(base, mine, theirs)
    assert merged == merge_lines(base, theirs, mine)
    if merged is not None:
        both = Counter(merged)
        assert all(word in both for word in (added(base, mine) | added(base, theirs)))
        assert set(merged) <= {*base, *mine, *theirs}


@given(st.lists(st.uuids().map(str), min_size=2, max_size=8, unique=True), st.data())
def test_two_who_change_different_paragraphs_are_never_asked(base: list[str], data: st.DataObject) -> None:
    first, second = data.draw(
        st.lists(st.sampled_from(range(len(base))), min_size=2, max_size=2, unique=True)
    )
    mine, theirs = [*base], [*base]
    mine[first], theirs[second] = "我的", "别人的"
    merged = merge_lines(base, mine, theirs)
    assert merged is not None
    assert (merged[first], merged[second]) == ("我的", "别人的")


def test_texts_longer_than_any_briefing_are_left_to_people() -> None:
    base = ["同"] * (MOST_LINES + 1)
    assert merge_lines(base, [*base, "甲"], base) is None
    assert merge_lines(base[:-1], base[:-1], ["乙", *base[:-2]]) == ["乙", *base[:-2]]


@given(lines, lines, lines)
def test_two_who_change_the_same_paragraph_differently_are_asked(
    base: list[str], mine: list[str], theirs: list[str]
) -> None:
    assert merge_lines([*base, "x"], [*base, "我"], [*base, "你"]) is None
    assert merge({}, {"title_1": "".join(mine)}, {"title_1": "".join(theirs)}) == (
        {"title_1": "".join(mine)} if mine == theirs or "".join(mine) == "".join(theirs) else None
    )
