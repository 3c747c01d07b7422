"""The light marks of a briefing's text: what is typed is what is printed, and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.digests.marks import (
    Bar,
    Block,
    Chart,
    Heading,
    Labelled,
    Paragraph,
    PhotoMark,
    Quote,
    Row,
    parse,
    photo_marks,
    write,
)

LETTERS = st.text(alphabet="看办问一、二（）『』〔〕照片 129-。，“”——abc<>{}\u3000|｜：/.", max_size=40)
LABELS = st.sampled_from(["", "", "〔按语〕", "〔表〕", "〔图〕", "〔总第", "〔内部资料〕", "〔送〕", "|"])
WORDS = st.builds(str.__add__, LABELS, LETTERS)


@pytest.mark.parametrize(
    ("line", "block"),
    [
        ("一、体验情况", Heading(1, "一、体验情况")),
        ("十二、下一步工作。", Heading(1, "十二、下一步工作。")),
        ("（三）时间排队", Heading(2, "（三）时间排队")),
        ("一、民需为先。今年以来，做了两件事。", Heading(1, "一、民需为先。", "今年以来，做了两件事。")),
        ("『跑了三趟才办好』——办事群众", Quote("跑了三趟才办好", "办事群众")),
        ("『跑了三趟才办好』", Quote("跑了三趟才办好")),
        ("〔照片 12-1〕大厅等候区", PhotoMark(12, 1, "大厅等候区")),
        ("〔照片12-1〕", PhotoMark(12, 1)),
        ("　　一是打通电话。", Paragraph("一是打通电话。")),
        ("一直没有人接。", Paragraph("一直没有人接。")),
        ("他说『好』就走了", Paragraph("他说『好』就走了")),
        ("〔照片 x〕", Paragraph("〔照片 x〕")),
        ("〔按语〕各单位可以参考。", Labelled("按语", "各单位可以参考。")),
        ("〔总第128期〕", Labelled("总第", "128")),
        ("〔内部资料〕0012", Labelled("内部资料", "0012")),
        ("〔送〕市政协办公厅", Labelled("送", "市政协办公厅")),
        ("〔送〕", Paragraph("〔送〕")),
        ("〔表〕各单位办结情况", Labelled("表", "各单位办结情况")),
        ("| 单位 | 办结 |", Row(("单位", "办结"))),
        ("｜单位｜｜", Row(("单位", ""), "｜")),
        ("|单位|", Paragraph("|单位|")),
        (
            "〔图〕办结：一大队 7/9、3号窗口 12件",
            Chart("办结", (Bar("一大队", "7", "9"), Bar("3号窗口", "12", "", "件"))),
        ),
        ("〔图〕办结：一大队很多", Paragraph("〔图〕办结：一大队很多")),
    ],
)
def test_each_mark_is_read_as_what_it_looks_like(line: str, block: Block) -> None:
    assert parse(line) == [block]


def test_what_is_written_is_read_back() -> None:
    text = "一、体验情况\n共记录3条。\n（一）电话\n『没人接』——办事群众\n〔照片 4-2〕窗口\n"
    assert write(parse(text)) == text
    assert list(photo_marks(parse(text))) == [PhotoMark(4, 2, "窗口")]


@given(st.lists(WORDS, max_size=6).map("\n".join))
def test_reading_what_was_written_changes_nothing(text: str) -> None:
    blocks = parse(text)
    assert parse(write(blocks)) == blocks


@given(st.lists(WORDS, max_size=6).map("\n".join))
def test_no_character_of_the_text_is_lost(text: str) -> None:
    def letters(value: str) -> str:
        return "".join(character for character in value if not character.isspace())

    assert letters(write(parse(text))) == letters(text)
