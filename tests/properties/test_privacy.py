"""Masking holds for every number in every surrounding."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from survey_app.privacy import mask, unmask

WORDS = st.text(alphabet="群众说，电话没人接。ab:/.*", max_size=12)
GAPS = st.sampled_from(["", "", " ", "-", "　", " - ", "—", "\u200b", "\n"])
SIGNS = st.text(alphabet="0123456789０１３８９ -　*Xx，,、()（）；\n", max_size=60)


@st.composite
def written(draw: st.DrawFn, digits: st.SearchStrategy[str]) -> tuple[str, str]:
    """A number and one way to write it: digits of either width, gaps anywhere."""
    number = draw(digits)
    wide = draw(st.lists(st.booleans(), min_size=len(number), max_size=len(number)))
    signs = [chr(ord(sign) + 0xFEE0) if w else sign for sign, w in zip(number, wide, strict=True)]
    return number, signs[0] + "".join(draw(GAPS) + sign for sign in signs[1:])


PHONES = st.from_regex(r"\A1[3-9][0-9]{9}\Z")
IDENTITIES = st.from_regex(r"\A[0-9]{17}[0-9X]\Z")


@given(WORDS, written(PHONES) | written(IDENTITIES), WORDS)
def test_a_number_is_hidden_in_any_words(before: str, number: tuple[str, str], after: str) -> None:
    digits, text = number
    shown = unicodedata.normalize("NFKC", mask(before + text + after))
    hidden = digits[:3] + "*" * (len(digits) - 5) + digits[-2:]
    assert hidden in shown
    assert digits not in re.sub(r"[^0-9X]", "", shown)


@given(SIGNS)
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(SIGNS)
def test_no_mobile_number_that_stands_alone_survives(text: str) -> None:
    shown = unicodedata.normalize("NFKC", mask(text))
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", shown)


@given(st.text())
def test_a_text_with_fewer_than_eleven_digits_stays_as_it_is(text: str) -> None:
    if sum(sign.isdigit() for sign in text) < 11:
        assert mask(text) == text


@given(SIGNS)
def test_words_around_numbers_are_never_touched(text: str) -> None:
    assert mask(text).count("；") == text.count("；")


@given(SIGNS)
def test_what_was_masked_comes_back_where_it_is_still_the_same(text: str) -> None:
    assert unmask(mask(text), text) == text


@given(SIGNS, st.text("群众，", max_size=5))
def test_words_that_are_added_before_or_after_lose_no_number(text: str, more: str) -> None:
    assert mask(unmask(f"{more}{mask(text)}", text)) == mask(f"{more}{text}")
