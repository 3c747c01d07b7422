"""The phone's database from outside the app: read, made anew, or tampered with."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).with_suffix(".js").read_text()


def _run(page: Page, name: str, argument: object = None) -> Any:
    return page.evaluate_handle(SCRIPT).evaluate(
        f"(database, argument) => database.{name}(argument)", argument
    )


def dump(page: Page) -> dict[str, Any]:
    """Return version, stores, indexes and rows of the database that this page's app keeps."""
    found = _run(page, "dump")
    assert isinstance(found, dict)
    return found


def load(page: Page, contents: dict[str, Any]) -> None:
    """Make that database anew on a page of the same origin where the app has not opened it yet."""
    _run(page, "load", contents)


def rows(page: Page, store: str) -> list[Any]:
    """Return what is in one store."""
    found = _run(page, "rows", store)
    assert isinstance(found, list)
    return found


def clear(page: Page, store: str) -> None:
    """Lose what is in one store, as a damaged phone does."""
    _run(page, "clear", store)


def grow(page: Page, version: int, store: str) -> None:
    """Do what a version to come will do: raise the number and add a store with one word in it."""
    _run(page, "grow", {"version": version, "store": store})


def fill(page: Page, *pieces: int) -> None:
    """Take up the origin's room in pieces of these sizes (bytes), until not even the last size fits."""
    _run(page, "fill", pieces)


def make_room(page: Page) -> None:
    """Give back what ``fill`` took."""
    _run(page, "makeRoom")


def wait_for(page: Page, store: str, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Wait until one row of a store fits, and return it."""
    for _ in range(200):
        found: list[dict[str, Any]] = rows(page, store)
        for row in found:
            if fits(row):
                return row
        page.wait_for_timeout(50)
    raise TimeoutError(f"no such row in {store}: {rows(page, store)}")
