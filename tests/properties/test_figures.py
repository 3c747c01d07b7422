"""Any figure that can be written is read back whole, full-width or not, with spaces or without."""

from hypothesis import given
from hypothesis import strategies as st

from survey_app.voices.figure import AFTER, BEFORE, BETWEEN, MAGNITUDES, Figure, parse

FULL_WIDTH = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")
whole = st.integers(0, 10**9).map(str) | st.integers(1000, 10**9).map("{:,}".format)
digits = st.builds(lambda n, rest: f"{n}.{rest}" if rest else n, whole, st.from_regex(r"\A[0-9]{0,4}\Z"))
figures = st.builds(
    Figure,
    digits=digits,
    measure=st.sampled_from(["", "次", "名", "小时", "件", "%", "‰", "公里", "平方米"]),
    magnitude=st.sampled_from(sorted(MAGNITUDES)),
    before=st.sampled_from(["", *BEFORE]),
    between=st.sampled_from(["", *BETWEEN]),
    after=st.sampled_from(["", *AFTER]),
)


@given(figures)
def test_a_figure_is_read_back_whole_however_it_is_written(one: Figure) -> None:
    for written in (str(one), one.spaced(), str(one).translate(FULL_WIDTH), f"　{one.spaced()} "):
        assert parse(written) == one


@given(figures)
def test_the_number_is_exact(one: Figure) -> None:
    plain = one.digits.replace(",", "")
    decimals = len(plain.partition(".")[2])
    assert one.number * 10**decimals == int(plain.replace(".", "")) * 10 ** MAGNITUDES[one.magnitude]
