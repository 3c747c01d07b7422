"""The briefing that the product is modelled on, typeset: its layout measured in the finished PDF.

A full line is one that does not end its paragraph. It has 28 characters, where a mark that meets another
counts half and a figure or a Latin letter what it is wide; it has fewer only where what comes next may not be
parted and does not fit or would leave one character alone, and more only where a mark that may not begin a
line was drawn in. A full page has 22 lines, and 21 only where one line of a paragraph would stand alone.
"""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest
from flask import Flask

from survey_app.digests import press
from survey_app.digests.page import Page, lay_out
from survey_app.printing.lines import CLOSING, NEVER_FIRST, OPENING, WIDE, ends
from survey_app.printing.render import print_sheet
from tests.digests import seed
from tests.paper import CLOSE, EM, LEFT, PITCH, RIGHT, Line, lines_of, pages_of

SERIES, NUMBER = "改革简报", 12  # the print's own did not come through its text layer


@pytest.fixture(scope="module")
def typed() -> seed.Seed:
    if not seed.FILE.exists():
        pytest.skip(f"{seed.FILE} is not there: the briefing itself is not part of the project")
    return seed.read()


@pytest.fixture
def pages(app: Flask, typed: seed.Seed) -> list[list[Line]]:
    """The lines of each page."""
    page = Page(
        series=SERIES,
        number=NUMBER,
        issued_on=date(2017, 6, 12),
        issuer=typed.issuer,
        title_1=typed.title[0],
        title_2=typed.title[1],
        blocks=lay_out(typed.body, {}),
        contributor=typed.byline,
        report_to=typed.report_to,
        send_to=typed.send_to,
        copies=None,
        is_draft=False,
    )
    with app.app_context():
        printed = print_sheet(press.sheet_of(page))
    return [lines_of(page) for page in pages_of(printed.pdf)]


def body_of(pages: list[list[Line]], typed: seed.Seed) -> list[Line]:
    """Return the lines between the title and the byline."""
    lines = [line for page in pages for line in page]
    first = next(i for i, line in enumerate(lines) if line.text == typed.title[1]) + 1
    last = next(i for i, line in enumerate(lines) if line.text.endswith("供稿）"))
    return lines[first:last]


def paragraphs(lines: list[Line]) -> Iterator[list[Line]]:
    """Yield the lines of each paragraph, which begins two characters from the edge."""
    starts = [i for i, line in enumerate(lines) if line.left > LEFT + EM] + [len(lines)]
    yield from (lines[first:after] for first, after in pairwise(starts))


def counted(text: str, natural: float) -> float:
    """Return how many characters a text counts, marks that meet others counting half."""
    meeting = sum(
        (left in CLOSING and right in CLOSING | OPENING) or (left in OPENING and right in OPENING)
        for left, right in pairwise(text)
    )
    return natural - meeting / 2


def test_every_character_is_there_in_order(pages: list[list[Line]], typed: seed.Seed) -> None:
    printed = "".join(line.text for page in pages for line in page)
    masthead = f"{SERIES}第{NUMBER}期{typed.issuer}{typed.date}"
    tail = f"（{typed.byline}供稿）报：{typed.report_to}发：{typed.send_to}"
    assert printed == masthead + "".join(typed.title) + typed.body.replace("\n", "") + tail
    assert len(typed.body) > 2000


def test_a_full_page_has_22_lines(pages: list[list[Line]]) -> None:
    first, *full, _last = pages
    assert 22 in map(len, full)
    for page, following in pairwise(pages[1:]):
        begins = [line.left > LEFT + EM for line in following]
        assert len(page) == 22 or (len(page) == 21 and (begins[0] or begins[2])), page[-1].text
        assert not (begins[1] and not begins[0])
    for above, below in (pair for page in (first[-8:], *full) for pair in pairwise(page)):
        assert below.y - above.y == pytest.approx(PITCH, abs=0.05)


def test_a_full_line_has_28_characters(pages: list[list[Line]], typed: seed.Seed) -> None:
    full = [
        (line, below, 28 - (line.left > LEFT + EM) * 2)
        for lines in paragraphs(body_of(pages, typed))
        for line, below in pairwise(lines)
    ]
    assert len(full) > 60
    for line, below, room in full:
        has = counted(line.text, line.natural)
        if len([character for character in below.text if character not in NEVER_FIRST]) == 2:
            continue  # one of the two came down so that the other is not alone
        next_end = ends(below.text, [False] * len(below.text)).index(True) + 1
        next_mark = below.text[next_end - 1] in CLOSING
        most = has + next_end - next_mark * 0.5 if WIDE.match(below.text[0]) else has + next_end * 0.4
        assert most > room, f"{line.text} | {below.text[:next_end]}"
        assert has <= room + (1 if line.text[-1] in CLOSING else 0.25), line.text
    plain = [line for line, _below, room in full if room == 28 and not CLOSING & set(line.text[-1])]
    assert sum(round(counted(line.text, line.natural) * 2) in (55, 56) for line in plain) > len(plain) * 0.8


def test_both_edges_are_straight(pages: list[list[Line]], typed: seed.Seed) -> None:
    for lines in paragraphs(body_of(pages, typed)):
        indented, *rest = lines
        assert indented.left == pytest.approx(LEFT + 2 * EM, abs=CLOSE)
        assert [line.left for line in rest] == pytest.approx([LEFT] * len(rest), abs=CLOSE)
        assert [line.right for line in lines[:-1]] == pytest.approx([RIGHT] * len(rest), abs=CLOSE)


def test_no_line_begins_or_ends_with_a_mark_that_may_not_and_no_figure_is_parted(
    pages: list[list[Line]], typed: seed.Seed
) -> None:
    for lines in paragraphs(body_of(pages, typed)):
        for above, below in pairwise(lines):
            assert below.text[0] not in NEVER_FIRST
            assert above.text[-1] not in OPENING
            assert not (above.text[-1].isdigit() and below.text[0] not in CLOSING)
        assert len(lines[-1].text) > 2


def test_heads_run_into_their_text_in_a_face_of_their_own(pages: list[list[Line]], typed: seed.Seed) -> None:
    found = [lines[0] for lines in paragraphs(body_of(pages, typed))]
    heads = [line for line in found if line.text[1] == "、"]
    assert [line.text[0] for line in heads] == ["一", "二", "三"]
    for line in heads:
        [head, text] = line.parts[0], line.parts[-1]
        assert "".join(part for font, part in line.parts if font == head[0]).endswith("。")
        assert head[0] != text[0]


def test_byline_and_tail_are_in_place(pages: list[list[Line]], typed: seed.Seed) -> None:
    *body, byline = [line for line in pages[-1] if line.text[:2] not in {"报：", "发："}][:-1]
    assert len(body) >= 1
    assert byline.right == pytest.approx(RIGHT - 2 * EM, abs=1)
    report, *_, send = [line for line in pages[-1] if line.y > byline.y]
    assert report.text.startswith("报：")
    assert send.text.startswith("发：")
    assert report.y > byline.y + PITCH
