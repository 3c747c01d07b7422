"""A product to try: units, halls, matters and reform items from published facts, posts instead of names."""

from flask import Flask, g

from survey_app import current

SETTING = "demo"


def is_demo() -> bool:
    """Tell whether this database holds demo data, so that every page can say so."""
    if "demo" not in g:
        row = current.store().find("select value from settings where id = :id", {"id": SETTING})
        g.demo = row is not None
    return bool(g.demo)


def init_app(app: Flask) -> None:
    """Let templates ask whether this is a demo."""
    app.context_processor(lambda: {"is_demo": is_demo})
