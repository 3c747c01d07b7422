"""What is told of a record beside its words: who was asked, what came of it, why it was taken back."""

from __future__ import annotations

from typing import Any

from survey_app.catalog.vocabulary import ASKED_HOW, CONFIRMATIONS, FOLLOW_UP_RESULTS, RATINGS, Words
from survey_app.i18n import _
from survey_app.privacy import mask
from survey_app.store import Reader, Row
from survey_app.sync.history import assemble, withdrawal_of
from survey_app.sync.queries import list_ops
from survey_app.visits import agenda


def show(reader: Reader, row: Row) -> dict[str, Any]:
    """Return what is told of a row of ``observations``, without anybody's number."""
    return {
        "asked": asked_of(row),
        "reason": reason_of(reader, row),
        "said": said_of(reader, row),
        "steps": [
            {"word": _word(FOLLOW_UP_RESULTS, step["result"]), "at": step["asked_at"] or step["made_at"],
             "post": step["author_post"], "asked": asked_of(step), "text": mask(step["text"])}
            for step in agenda.list_follow_ups(reader, row["id"])
        ],
    }  # fmt: skip


def asked_of(row: Row) -> str:
    """Return in a line who was asked, how, and how content they are; nothing where it is not said."""
    words = (
        row["asked"] and _("问了%(whom)s", whom=mask(row["asked"])),
        row.get("how") and _word(ASKED_HOW, row["how"]),
        row["rating"] and _("评价：%(word)s", word=_word(RATINGS, row["rating"])),
    )
    return " · ".join(filter(None, words))


def said_of(reader: Reader, row: Row) -> list[Row]:
    """Return what a leader says of a record or visit that was entered for them: word, text, at, post."""
    return [
        {"word": _word(CONFIRMATIONS, said["says"]), "text": mask(said["text"]), "at": said["made_at"],
         "post": said["author_post"]}
        for said in agenda.list_confirmations(reader, row["id"], row["visitor_id"])
        if row["visitor_id"] != row["author_id"]
    ]  # fmt: skip


def reason_of(reader: Reader, row: Row) -> str:
    """Return why its author took a record back; nothing where they did not say."""
    if row["state"] != "withdrawn":
        return ""
    withdrawal = withdrawal_of(assemble(row["id"], list_ops(reader, row["id"])))
    reason = withdrawal.payload.get("reason") if withdrawal else None
    return mask(reason) if isinstance(reason, str) else ""


def _word(vocabulary: Words, code: str) -> str:
    return _(vocabulary[code])
