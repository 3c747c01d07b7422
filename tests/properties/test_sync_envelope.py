"""Whatever bytes come in, the envelope answers; it never raises."""

import json

from hypothesis import given
from hypothesis import strategies as st

from survey_app.sync.envelope import Envelope, Refusal, parse, read
from tests import phone

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["raw", "sha256", "x"]), anything))
def test_any_item_is_an_envelope_or_a_refusal(item: dict[str, object]) -> None:
    assert isinstance(parse(item), Envelope | Refusal)


@given(st.sampled_from(sorted(phone.envelope())), anything)
def test_any_value_in_any_field_is_an_envelope_or_a_refusal(name: str, value: object) -> None:
    result = parse(phone.item_of(json.dumps(phone.envelope(**{name: value}))))
    assert isinstance(result, Envelope | Refusal)
    if isinstance(result, Envelope):
        assert read(result.raw) == result
