"""What is suggested for a record, and why."""

from dataclasses import replace

import pytest

from survey_app.rectification.likeness import words_of
from survey_app.rectification.matching import (
    MOST_CATEGORIES,
    MOST_ITEMS,
    Cue,
    Decided,
    Item,
    Practice,
    Suggestion,
    shared_run,
    suggest_categories,
    suggest_items,
)
from tests.matching.evaluation import shipped_cues

CUES = [
    Cue.of("A", "咨询告知", "咨询"),
    Cue.of("A1", "电话无人接", "无人接听 占线", "A"),
    Cue.of("A4", "指南看不懂", "指南 看不懂", "A"),
    Cue.of("F4", "自助机停用", "自助机 停用", "F"),
    Cue.of("G3", "业务不熟", "不懂", "G"),
]
PHONE = Item("phone", "用好一个服务电话", "电话")
LICENCE = Item("licence", "驾驶证补办", matter_id="m-licence")
ITEMS = [PHONE, LICENCE, Item("guide", "指南看得懂")]


def decided(text: str, category: str | None, *items: str) -> Decided:
    return Decided(text, words_of(text), category, items)


def values(suggestions: list[Suggestion]) -> list[str]:
    return [one.value for one in suggestions]


def reasons(suggestions: list[Suggestion], value: str) -> set[str]:
    return {why.what for one in suggestions if one.value == value for why in one.reasons}


def test_cue_words_speak_for_their_category_and_are_the_reason() -> None:
    (found,) = suggest_categories("打过去无人接听，一直占线", CUES, [])
    assert (found.value, found.reasons[0].words) == ("A1", ("无人接听", "占线"))


def test_a_word_inside_a_longer_one_does_not_count() -> None:
    assert values(suggest_categories("指南看不懂", CUES, [])) == ["A4"]
    assert values(suggest_categories("窗口的人不懂", CUES, [])) == ["G3"]


def test_a_group_stands_aside_for_its_member() -> None:
    assert values(suggest_categories("咨询", CUES, [])) == ["A"]
    assert values(suggest_categories("咨询电话占线", CUES, [])) == ["A1"]


def test_what_the_office_decided_about_the_likest_records_speaks_too() -> None:
    before = [decided("叫号屏不亮，听不清叫到几号", "F4"), decided("门口没有坡道，轮椅上不去", "G3")]
    (found,) = suggest_categories("叫号屏又不亮了，听不清几号", CUES, before)
    assert (found.value, found.reasons[0].what, found.reasons[0].n) == ("F4", "before", 1)
    assert found.reasons[0].like > 0.2


def test_a_neighbour_that_was_given_no_category_speaks_for_none() -> None:
    alike = "叫号屏不亮，听不清叫到几号"
    before = [replace(decided(alike, None), id=str(n)) for n in range(4)] + [decided(alike, "F4")]
    assert suggest_categories(alike, CUES, before) == []


def test_a_category_that_is_not_offered_is_not_suggested() -> None:
    assert suggest_categories("取号机坏了", CUES, [decided("取号机坏了", "Z9")]) == []


@pytest.mark.parametrize("text", ["", "，。", "今天去了大厅"])
def test_where_nothing_speaks_nothing_is_suggested(text: str) -> None:
    assert suggest_categories(text, CUES, []) == []
    assert suggest_items(text, None, ITEMS, Practice(), []) == []


def test_few_are_suggested_however_much_is_said() -> None:
    text = "".join(word for cue in shipped_cues() for word in cue.words)
    everything = [Item(str(n), f"第{n}项", "电话") for n in range(9)]
    assert len(suggest_categories(text, shipped_cues(), [])) == MOST_CATEGORIES
    assert len(suggest_items("电话", None, everything[:1] + ITEMS, Practice(), [])) <= MOST_ITEMS


def test_the_order_of_what_was_decided_changes_nothing() -> None:
    texts = ["取号机停用", "取号机坏了", "取号机没有号", "电话占线", "指南看不懂"]
    before = [decided(text, code) for text, code in zip(texts, ["F4", "F4", "A", "A1", "A4"], strict=True)]
    expected = suggest_categories("取号机又停用了", CUES, before)
    assert expected
    assert suggest_categories("取号机又停用了", CUES, before[::-1]) == expected


def test_a_published_matter_is_its_item() -> None:
    found = suggest_items("跑了两趟", "m-licence", ITEMS, Practice(), [])
    assert (values(found), reasons(found, "licence")) == (["licence"], {"matter"})


def test_an_item_is_known_by_its_title_and_its_words() -> None:
    found = suggest_items("补驾驶证补了三次，服务电话占线", None, ITEMS, Practice(), [])
    assert values(found) == ["licence", "phone"]
    assert reasons(found, "phone") == {"title", "words"}
    assert shared_run("用好一个服务电话", "拨打服务电话") == "服务电话"
    assert shared_run("用好一个服务电话", "电话占线") == ""


def test_an_item_is_known_by_the_category() -> None:
    practice = Practice(of=12, items=(("phone", 9), ("guide", 1)), ticks=("guide",))
    found = suggest_items("没有人", None, ITEMS, practice, [])
    assert values(found) == ["phone", "guide"]
    assert reasons(found, "guide") == {"category", "checklist"}
    assert [(why.n, why.of) for why in found[0].reasons] == [(9, 12)]


def test_a_few_records_or_a_distant_neighbour_are_not_enough_for_an_item() -> None:
    for practice, shown in ((Practice(), []), (Practice(1, (("phone", 1),)), ["phone"])):
        assert values(suggest_items("没有人", None, ITEMS, practice, [])) == shown
    assert values(suggest_items("没有人", None, ITEMS, Practice(2, (("phone", 1),)), [])) == []
    distant = [decided("窗口排队四十分钟，取号机停用", None, "guide")]
    assert suggest_items("打电话咨询，窗口说取号", None, ITEMS[1:], Practice(), distant) == []


def test_an_item_is_known_by_the_neighbours_and_one_without_a_title_is_not_suggested() -> None:
    before = [decided("叫号屏不亮，听不清", "F4", "guide", "gone")]
    assert values(suggest_items("叫号屏不亮", None, ITEMS, Practice(), before)) == ["guide"]
