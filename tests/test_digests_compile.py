"""The first draft of a briefing: every figure recounted, every case as it was recorded, nothing invented."""

from dataclasses import replace
from datetime import date

import pytest

from survey_app.digests.compile import Pick, case, numeral, printable
from survey_app.digests.counting import count_named
from survey_app.digests.figures import Coverage, Period, Record, Share, count
from survey_app.digests.marks import TO_WRITE, Heading, PhotoMark, Quote, parse
from survey_app.digests.named import plain
from survey_app.digests.weekly import draft, statistics
from survey_app.digests.work import Problem, Source, Visit, Work

PERIOD = Period(date(2017, 6, 1), date(2017, 6, 12))
COVERAGE = Coverage(halls=9, units=12, reform_items=23)
SEEN = Record(
    id="a", n=1, made_on=date(2017, 6, 2), method="see", kind="blockage", text="自助机停用，没有告示",
    category="系统设备", hall="车管所一楼大厅", unit="车管所", resolved_on_spot=True, photos=("f" * 64,),
)  # fmt: skip
HANDLED = Record(
    id="b", n=2, made_on=date(2017, 6, 3), method="handle", kind="difficulty", text="复印件交了两遍。",
    quote="我打 138 0013 8000 没人接", category="材料证明", hall="西湖分局办证大厅", unit="西湖分局",
    counter="3号窗口", matter="居住证办理", reform_items=("r1", "r2"),
)  # fmt: skip
PRAISED = Record(
    id="c",
    n=3,
    made_on=date(2017, 6, 3),
    method="ask",
    kind="good_practice",
    text="有人主动来问",
    unit="西湖分局",
)
RECORDS = [SEEN, HANDLED, PRAISED]


def source(*records: Record) -> Source:
    return Source(PERIOD, records, COVERAGE, PERIOD.last)


def written(*records: Record) -> str:
    return plain(statistics(count_named(source(*records)), PERIOD))


def blocks_of(text: str, kind: type) -> list[object]:
    return [block for block in parse(text) if isinstance(block, kind)]


def test_every_rate_is_n_of_a_visible_total() -> None:
    figures = count(RECORDS, COVERAGE, source(*RECORDS).visited)
    assert figures.total == 3
    assert [str(share) for share in figures.methods] == ["1/3", "1/3", "1/3"]
    assert figures.problems == Share("问题", 2, 3)
    assert (str(figures.resolved), str(figures.tagged), str(figures.with_photo)) == ("1/2", "1/3", "1/3")
    assert (str(figures.halls), str(figures.units), str(figures.reform_items)) == ("2/9", "2/12", "2/23")
    assert [(share.label, str(share)) for share in figures.categories] == [
        ("材料证明", "1/2"),
        ("系统设备", "1/2"),
    ]


def test_the_statistics_are_one_sober_paragraph() -> None:
    assert written(*RECORDS) == (
        "6月1日至12日，到2个单位的2个办事大厅实地体验，共记录3条。"
        "从方式看，现场看1条、具体办1条、跟踪问1条。从内容看，堵点1条、难点1条、亮点1条。"
        "堵点、难点合计2个，较为集中的是材料证明1个、系统设备1个；当场解决1个（1/2）。"
        "有1条（1/3）对应到2个改革事项。"
    )


def test_only_halls_that_somebody_went_to_are_said_to_be_visited() -> None:
    called = replace(
        HANDLED, method="ask", text="0571 在服务时间内无人接", hall="只打过电话的大厅", unit="甲"
    )
    online = replace(HANDLED, channel="web", hall="只在网上办过的大厅", unit="乙")
    went = Visit("v", date(2017, 6, 4), "bureau", "handle", announced=False, hall="去过的大厅", unit="丙")
    told = replace(source(SEEN, called, online), work=Work(visits=(went,)))
    assert told.visited == {"去过的大厅": "丙", "车管所一楼大厅": "车管所"}
    assert str(count(told.records, COVERAGE, told.visited).halls) == "2/9"
    body = plain(draft(told, []))
    assert "到2个单位的2个办事大厅实地体验，共记录3条" in body
    assert "到过的办事大厅有：去过的大厅、车管所一楼大厅。" in body
    assert not any(hall in body for hall in ("只打过电话的大厅", "只在网上办过的大厅"))


@pytest.mark.parametrize(
    ("hall", "counter", "place"),
    [
        ("车管所办事大厅", "大厅自助机", "车管所办事大厅自助机"),
        ("白杨派出所", "白杨派出所户籍窗口", "白杨派出所户籍窗口"),
        ("车管所一楼大厅", "3号窗口", "车管所一楼大厅3号窗口"),
        ("", "大厅自助机", "西湖分局大厅自助机"),
    ],
)
def test_no_word_of_a_hall_is_said_again_by_its_counter(hall: str, counter: str, place: str) -> None:
    assert case(replace(HANDLED, hall=hall, counter=counter, matter="")).startswith(f"{place}（具体办）：")


def test_problems_without_a_category_stand_under_a_heading_of_a_briefing() -> None:
    body = draft(
        source(SEEN, replace(HANDLED, category="")), [Pick(SEEN), Pick(replace(HANDLED, category=""))]
    )
    headings = [block for block in parse(body) if isinstance(block, Heading)]
    assert [one.text for one in headings if one.level == 2] == ["（一）系统设备", "（二）其他"]


def test_a_part_that_counts_nothing_is_not_written() -> None:
    text = written(PRAISED)
    assert text == "6月1日至12日，共记录1条。从方式看，跟踪问1条。从内容看，亮点1条。"
    assert written() == "6月1日至12日没有记录。"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2017, 6, 1), date(2017, 6, 12), "6月1日至12日"),
        (date(2017, 6, 28), date(2017, 7, 4), "6月28日至7月4日"),
        (date(2017, 12, 28), date(2018, 1, 3), "2017年12月28日至2018年1月3日"),
        (date(2017, 6, 1), date(2017, 6, 1), "6月1日"),
    ],
)
def test_a_period_is_written_as_a_briefing_writes_it(first: date, last: date, text: str) -> None:
    assert str(Period(first, last)) == text


def test_the_draft_has_its_sections_in_order_and_leaves_the_next_steps_to_the_office() -> None:
    text = draft(source(*RECORDS), [Pick(record) for record in RECORDS])
    heads = [block.text for block in parse(text) if isinstance(block, Heading)]
    assert heads == [
        "一、体验情况",
        "二、发现的问题",
        "（一）材料证明",
        "（二）系统设备",
        "三、好的做法",
        "四、下一步工作",
    ]
    assert text.rstrip().endswith(TO_WRITE)


def test_only_what_was_picked_is_printed_with_its_words_and_photos_or_without() -> None:
    full = draft(source(*RECORDS), [Pick(SEEN), Pick(HANDLED)])
    assert blocks_of(full, Quote) == [Quote("我打 138******00 没人接", "办事群众")]
    assert blocks_of(full, PhotoMark) == [PhotoMark(1, 1, "车管所一楼大厅")]
    bare = draft(source(*RECORDS), [Pick(SEEN, True, False), Pick(HANDLED, False, True)])
    assert blocks_of(bare, Quote) == blocks_of(bare, PhotoMark) == []
    assert PRAISED.text not in full


def test_a_case_says_where_how_what_and_whether_it_was_solved() -> None:
    assert case(SEEN) == "车管所一楼大厅（现场看）：自助机停用，没有告示。当场已解决。"
    assert case(HANDLED) == "西湖分局办证大厅3号窗口（具体办，居住证办理）：复印件交了两遍。"
    assert case(replace(PRAISED, unit="")) == "跟踪问：有人主动来问。"
    assert case(replace(SEEN, text="", resolved_on_spot=False)).endswith("情况见照片。")


def test_a_record_cannot_start_a_heading_or_a_photo_of_its_own() -> None:
    trick = replace(SEEN, text="好\n一、假标题\n〔照片 9-9〕\n『假原话』", quote="真『话』\n二、假")
    text = draft(source(trick), [Pick(trick)])
    assert [block for block in parse(text) if isinstance(block, PhotoMark)] == [PhotoMark(1, 1, SEEN.hall)]
    assert "一、假标题" not in [block.text for block in parse(text) if isinstance(block, Heading)]
    assert blocks_of(text, Quote) == [Quote("真“话” 二、假", "办事群众")]


def test_what_is_printed_is_masked_and_free_of_what_no_font_has() -> None:
    assert printable("打 １３８００１３８０００ 也\u200b行😀\x07\nok") == "打 １３８******００ 也行 ok"


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (34, "三十四")]
)
def test_numbers_of_headings_are_chinese(number: int, text: str) -> None:
    assert numeral(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (119, "一百一十九"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (2000, "二千"),
        (10_010, "一万零一十"),
        (120_000, "十二万"),
    ],
)
def test_a_hundred_headings_and_more_have_numbers_that_are_read_as_headings(number: int, text: str) -> None:
    assert numeral(number) == text
    assert parse(f"（{numeral(number)}）办") == [Heading(2, f"（{text}）办")]


LEFT = Problem(
    "p", "2017-0001", "取号机停用", "fixing", date(2017, 6, 2), "车管所", deadline_on=date(2017, 6, 20)
)
SHELVED = replace(LEFT, id="q", number="2017-0002", text="系统要省里改", state="shelved", unit="")


@pytest.mark.parametrize(
    ("problems", "expected"),
    [
        ([LEFT], ["还有1个问题没有销号：", "6月20日前，车管所：取号机停用。"]),
        (
            [SHELVED, replace(LEFT, deadline_on=date(2017, 6, 9))],
            [
                "还有2个问题没有销号，按时限逐个办：",
                "1．6月9日已到期，车管所：取号机停用。",
                "2．挂账，责任单位待定：系统要省里改。",
            ],
        ),
        ([replace(LEFT, state="closed", closed_on=date(2017, 6, 9))], [TO_WRITE]),
    ],
)
def test_what_comes_next_is_what_is_left_the_first_due_first(
    problems: list[Problem], expected: list[str]
) -> None:
    text = plain(draft(replace(source(SEEN), work=Work(problems=tuple(problems))), []))
    assert text.rstrip().splitlines()[-len(expected) :] == expected
