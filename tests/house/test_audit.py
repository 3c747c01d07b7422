"""Whatever changes something leaves a row in the audit: every transaction of the code reaches one."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from survey_app.trail.telling import THINGS, VERBS

APP = Path(__file__).parents[2] / "survey_app"
SILENT = {
    "accounts.views:_start_session": "signing in changes nothing that is kept",
    "accounts.attempts:_attempt": "failures are forgotten within minutes",
    "accounts.attempts:_forget": "failures are forgotten within minutes",
    "accounts.views:sign_out": "signing out changes nothing that is kept",
    "spreadsheets.files:_keep": "a file that nobody agreed to yet",
    "rectification.ledger_return_views:check_upload": "a file that nobody agreed to yet",
    "sync.queries:get_epoch": "a random number, made once with the database",
    "digests.jobs:settle_stopped": "how far a printing came; what it prints is kept nowhere else",
    "digests.jobs:note": "how far a printing came",
    "digests.jobs:_run": "how a printing ended; that it was begun is a row",
    "digests.jobs:_print": "how a printing ended; that it was begun is a row",
    "demo.digests:_step": "it takes steps of digests.advance, which leave rows, by their names",
    "backup:back_up": "when it was copied; the copy itself changes nothing",
    "commands.audit:verify": "when the chain was last proved; no part of it",
    "commands.rebuild:rebuild": "what screens read, made again from what is kept",
}
"""What opens a transaction without leaving a row, and why that is right."""


@dataclass(frozen=True)
class Module:
    """One file: its functions, and what the names that it imports stand for (``survey_app.audit.record``)."""

    name: str
    functions: dict[str, ast.FunctionDef]
    imported: dict[str, str]

    def meant(self, called: str) -> str:
        """Return the whole name of what is called here by a short one."""
        first, dot, rest = called.partition(".")
        return self.imported.get(first, f"{self.name}.{first}") + dot + rest


def read(source: str, name: str) -> Module:
    tree = ast.parse(source)
    found = Module(name, {}, {})
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            found.functions[node.name] = node
        elif isinstance(node, ast.ImportFrom):
            found.imported.update({one.asname or one.name: f"{node.module}.{one.name}" for one in node.names})
    return found


@cache
def modules() -> dict[str, Module]:
    """Every module of the app by its name."""
    names = {path: ".".join(path.relative_to(APP.parent).with_suffix("").parts) for path in APP.rglob("*.py")}
    return {name: read(path.read_text(encoding="utf-8"), name) for path, name in names.items()}


def leaves_a_row(node: ast.AST, module: Module, seen: frozenset[str] = frozenset()) -> bool:
    """Tell whether something that is called with the transaction in hand adds to the audit."""
    for call in ast.walk(node):
        if not (isinstance(call, ast.Call) and any(ast.unparse(one) == "tx" for one in call.args)):
            continue
        meant = module.meant(ast.unparse(call.func))
        where, _dot, name = meant.rpartition(".")
        if meant == "survey_app.audit.record":
            return True
        called = modules().get(where)
        inside = called.functions.get(name) if called and meant not in seen else None
        if called and inside and leaves_a_row(inside, called, seen | {meant}):
            return True
    return False


def transactions() -> Iterator[tuple[str, ast.With, Module]]:
    """Yield where each transaction of the app is opened, as ``module:function``, and what happens in it."""
    for module in modules().values():
        if module.name.startswith("survey_app.bench"):
            continue  # on a database of its own
        for function in module.functions.values():
            for node in ast.walk(function):
                if isinstance(node, ast.With) and ".writing()" in ast.unparse(node.items[0]):
                    yield f"{module.name.removeprefix('survey_app.')}:{function.name}", node, module


def test_whatever_opens_a_transaction_leaves_a_row_or_is_named_with_its_reason() -> None:
    silent = {where for where, node, module in transactions() if not leaves_a_row(node, module)}
    assert silent - SILENT.keys() == set(), "record what was changed, or say why not"
    assert SILENT.keys() - silent == set(), "these leave a row, or are gone"


def test_a_transaction_that_leaves_no_row_is_noticed() -> None:
    quiet = read("from survey_app.accounts import queries\ndef f():\n queries.find_person(tx, '1')", "quiet")
    assert not leaves_a_row(quiet.functions["f"], quiet)
    told = read("from survey_app.accounts import queries\ndef f():\n queries.set_disabled(tx, '1')", "told")
    assert leaves_a_row(told.functions["f"], told)


def named(keyword: str) -> set[str]:
    """Return every word that is given to the audit as ``keyword``."""
    found = set()
    for path in APP.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.record":
                given = [one.value for one in call.keywords if one.arg == keyword]
                found |= {
                    one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    return found


@pytest.mark.parametrize(("keyword", "words"), [("entity", THINGS), ("action", VERBS)])
def test_every_kind_of_thing_and_of_change_has_a_word(keyword: str, words: dict[str, object]) -> None:
    found = named(keyword)
    assert found
    assert {one.rpartition(".")[2] for one in found} - words.keys() == set()
