"""The smallest op kind: a note with a text, projected into a table of its own."""

from flask import Flask

from survey_app.store import Reader, Row, SQLiteStore, Writer
from survey_app.sync import kinds
from survey_app.sync.kinds import History, Op, OpKind, Registry

BAD_TEXT = "没有写内容"
CRASH = "让投影出错"


def validate(_reader: Reader, op: Op) -> list[str]:
    text = op.payload.get("text")
    return [] if isinstance(text, str) and text.strip() else [BAD_TEXT]


def project(tx: Writer, history: History) -> None:
    text = history.head.payload["text"]
    tx.execute(
        """
        insert into notes (id, text, author_id, forked, withdrawn, edits)
        values (:id, :text, :author, :forked, :withdrawn, :edits)
        on conflict (id) do update set text = :text, author_id = :author, forked = :forked,
            withdrawn = :withdrawn, edits = :edits
        """,
        {
            "id": history.record_id,
            "text": text,
            "author": history.first.author_id,
            "forked": int(history.forked),
            "withdrawn": int(history.withdrawn),
            "edits": len(history.ops),
        },
    )
    if text == CRASH:
        raise ArithmeticError("a fault in a projection")


def salvage(_reader: Reader, op: Op) -> dict[str, str] | None:
    text = op.payload.get("texts")
    return {"text": text} if isinstance(text, str) and text else None


KIND = OpKind("note", "便条", validate, project, salvage)


def install(app: Flask, store: SQLiteStore) -> Registry:
    """Make the app take notes and return its kinds."""
    with store.writing() as tx:
        tx.execute(
            """
            create table notes (
                id text primary key, text text not null, author_id text not null, forked integer not null,
                withdrawn integer not null, edits integer not null
            ) strict
            """
        )
    kinds.register(app, KIND)
    return kinds.registered(app)


def listed(reader: Reader) -> list[Row]:
    """Return every note."""
    return reader.query("select * from notes order by id")
