"""Which message was last sent for which day: claimed before it goes out, so that none goes out twice."""

from __future__ import annotations

from datetime import datetime

from survey_app import audit
from survey_app.store import Reader, Writer

SENT = "robot_{}"
"""The setting that says for which day a message was last sent, by its name."""


def find_sent(reader: Reader, name: str) -> str | None:
    """Return for which day a message was last sent, or None."""
    found: str | None = reader.value("select value from settings where id = :id", {"id": SENT.format(name)})
    return found


def claim(tx: Writer, name: str, day: str, at: datetime) -> bool:
    """Note that a message is sent for a day; False where somebody did already."""
    if find_sent(tx, name) == day:
        return False
    tx.upsert("settings", {"id": SENT.format(name), "value": day})
    audit.record(tx, actor_id=None, action="robot.send", entity="robot", entity_id=name, detail={"day": day},
                 at=at)  # fmt: skip
    return True


def give_back(tx: Writer, name: str, day: str, before: str | None, why: str, at: datetime) -> None:
    """Undo a claim: the message was not taken, and may go out again; ``before`` is what stood there."""
    if before is None:
        tx.delete("settings", SENT.format(name))
    else:
        tx.upsert("settings", {"id": SENT.format(name), "value": before})
    audit.record(tx, actor_id=None, action="robot.fail", entity="robot", entity_id=name,
                 detail={"day": day, "why": why}, at=at)  # fmt: skip
