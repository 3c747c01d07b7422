"""Likeness is what the word says: the same both ways, whole for the same, and blind for numbers."""

from hypothesis import given
from hypothesis import strategies as st

from survey_app.rectification.likeness import likeness, rarity, words_of

NOTES = st.text(alphabet=st.sampled_from("取号机停用电话无人接听，。 AaB\n"), max_size=40) | st.text(
    max_size=40
)
WEIGHTS = st.dictionaries(st.text(alphabet="取号机停用", min_size=2, max_size=2), st.floats(0.1, 10))
PHONES = st.integers(10**9, 8 * 10**9 - 1).map(lambda n: f"1{3 + n // 10**9 % 7}{n % 10**9:09}")
IDENTITIES = st.integers(10**16, 10**17 - 1).map(lambda n: f"{n}X") | st.integers(10**17, 10**18 - 1).map(str)


@given(one=NOTES, other=NOTES, weights=WEIGHTS)
def test_likeness_is_symmetric_and_between_nothing_and_the_same(
    one: str, other: str, weights: dict[str, float]
) -> None:
    there = likeness(words_of(one), words_of(other), weights)
    assert there == likeness(words_of(other), words_of(one), weights)
    assert 0 <= there <= 1


@given(text=NOTES, weights=WEIGHTS)
def test_a_text_is_wholly_like_itself(text: str, weights: dict[str, float]) -> None:
    words = words_of(text)
    assert likeness(words, words_of(text), weights) == (1 if words else 0)


@given(before=NOTES, after=NOTES, numbers=st.tuples(PHONES, PHONES) | st.tuples(IDENTITIES, IDENTITIES),
       gap=st.sampled_from(["", " ", "-"]))  # fmt: skip
def test_which_number_a_text_holds_changes_nothing(
    before: str, after: str, numbers: tuple[str, str], gap: str
) -> None:
    spelt = [f"{before}，{gap.join([n[:3], n[3:7], n[7:]])}，{after}" for n in numbers]
    assert words_of(spelt[0]) == words_of(spelt[1])


@given(st.lists(NOTES, max_size=6))
def test_the_order_of_texts_does_not_change_what_is_rare(texts: list[str]) -> None:
    assert rarity(map(words_of, texts)) == rarity(map(words_of, reversed(texts)))


def test_politeness_is_not_what_two_letters_have_in_common() -> None:
    one, other = "尊敬的领导您好，请问取号机停用，谢谢", "尊敬的领导您好，请问电话占线，谢谢"
    assert likeness(words_of(one), words_of(other)) == 0
