"""Every word on a screen is Chinese in the code and has an English translation with the same placeholders."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from survey_app.catalog import vocabulary
from survey_app.i18n import TRANSLATIONS, catalogue

APP = TRANSLATIONS.parent
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
WIDE = re.compile(r"[，。；：、（）？！]")  # as a full stop of Chinese stands in no English
HAN = re.compile(r"[\u3400-\u9fff]")


def _is_word(word: object) -> bool:
    return isinstance(word, str)


def vocabulary_words() -> Iterator[tuple[str, str]]:
    for name, words in vars(vocabulary).items():
        if name.isupper() and isinstance(words, Mapping):
            yield from ((f"vocabulary.{name}", word) for word in words.values() if _is_word(word))


def texts_in_the_code() -> Iterator[tuple[str, str]]:
    found = extract_from_dir(
        str(APP),
        method_map=[("**/templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")],
        options_map={"**/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}},
        keywords={"_": None, "_l": None, "gettext": None},
    )
    yield from vocabulary_words()
    for path, line, message, _comments, _context in found:
        yield f"{path}:{line}", message if isinstance(message, str) else message[0]


def test_every_text_has_an_english_translation() -> None:
    english = catalogue("en")
    missing = {text: where for where, text in texts_in_the_code() if text not in english}
    assert not missing, "\n".join(f"{where}: {text}" for text, where in missing.items())


def test_every_translation_is_of_a_text_that_exists_and_keeps_its_placeholders() -> None:
    known = {text for _where, text in texts_in_the_code()}
    for chinese, english in catalogue("en").items():
        assert chinese in known, f"nothing says {chinese!r} any more"
        assert set(PLACEHOLDER.findall(chinese)) == set(PLACEHOLDER.findall(english)), chinese
        assert not HAN.search(re.sub(r"[“”（）]", "", english)) or "中文" in english, english


def test_no_chinese_stands_in_a_template_outside_a_translation() -> None:
    for path in sorted((APP / "templates").rglob("*.html")):
        if path.is_relative_to(APP / "templates" / "digests" / "print"):
            continue  # a briefing is a Chinese document in every language of the screen
        source = path.read_text(encoding="utf-8")
        bare = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}|<!--.*?-->", "", source, flags=re.DOTALL)
        assert not HAN.search(bare), f"{path.relative_to(APP)}: {HAN.findall(bare)[:20]}"
        assert not WIDE.search(bare), f"{path.relative_to(APP)}: {WIDE.findall(bare)[:20]}"


def test_one_text_has_one_translation() -> None:
    seen: dict[str, tuple[str, Path]] = {}
    for path in sorted((TRANSLATIONS / "en").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id:
                    first, where = seen.setdefault(str(message.id), (str(message.string), path))
                    assert first == message.string, f"{message.id!r}: {where.name} and {path.name} disagree"
