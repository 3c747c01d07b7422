"""Search finds exactly the texts that hold the words, whatever the words are."""

import re
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.store import SQLiteStore
from survey_app.store.bigrams import index_text, match_query

HAN = st.text(alphabet="取号机停用窗口办理𠮷", min_size=1, max_size=8)
MIXED = st.text(alphabet="取号机停APPａpp12 ，。-\"*:'()^", max_size=16)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SQLiteStore]:
    """A store whose index holds one text at a time."""
    made = SQLiteStore(tmp_path_factory.mktemp("search") / "survey.db")
    made.migrate()
    yield made
    made.close()


def index(store: SQLiteStore, text: str) -> None:
    with store.writing() as tx:
        tx.set_search_text("observations", 7, text)


def found(store: SQLiteStore, words: str) -> bool:
    condition, params = store.search_condition("observations", words)
    sql = f"with observations(n) as (values (7)) select count(*) from observations where {condition}"
    return bool(store.value(sql, params))


@given(text=HAN, data=st.data())
def test_every_part_of_a_chinese_text_finds_it(store: SQLiteStore, text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    index(store, f"大厅里{text}，没有人")
    assert found(store, text[start:end])


@given(text=HAN, words=HAN)
def test_chinese_words_are_found_where_they_stand_and_nowhere_else(
    store: SQLiteStore, text: str, words: str
) -> None:
    index(store, text)
    assert found(store, words) == (words in text)


@given(text=MIXED, words=MIXED)
def test_no_query_is_a_syntax_error_and_a_query_of_signs_finds_nothing(
    store: SQLiteStore, text: str, words: str
) -> None:
    index(store, text)
    terms = re.findall(r"[^\W_]", unicodedata.normalize("NFKC", words))
    assert not found(store, words) or terms


@given(st.text(max_size=40))
def test_any_text_can_be_indexed_and_asked_for(text: str) -> None:
    assert isinstance(index_text(text), str)
    assert match_query(text) is None or match_query(text)


def test_words_in_other_letters_are_found_by_their_beginning_in_any_width_and_case(
    store: SQLiteStore,
) -> None:
    index(store, "“警察叔叔”ＡＰＰ登录不上，Error-2017")
    for words in ("APP", "app", "ap", "ａｐｐ", "error", "2017", "叔叔 app", "登录"):
        assert found(store, words), words
    for words in ("pp", "017", "登陆", "叔叔 web"):
        assert not found(store, words), words


def test_a_new_text_replaces_the_old_one_in_the_index(store: SQLiteStore) -> None:
    index(store, "取号机停用")
    index(store, "已经改好")
    assert not found(store, "停用")
    assert found(store, "改好")
