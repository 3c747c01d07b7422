"""Files between their upload and the confirmation that they are what is wanted."""

from datetime import datetime, timedelta
from typing import Protocol

from survey_app.store import Reader, Row, Writer
from survey_app.store.ids import uuid7
from survey_app.store.instants import to_text

KEPT_FOR = timedelta(days=1)


class Destination(Protocol):
    """What a file is uploaded for; its ``name`` tells it from others."""

    @property
    def name(self) -> str:
        """A name that no other destination has."""


def add_upload(
    tx: Writer, table: Destination, *, person_id: str, file_name: str, content: bytes, at: datetime
) -> str:
    """Keep a file until it is confirmed and return its id; forget those that nobody confirmed for a day."""
    old = to_text(at - KEPT_FOR)
    tx.execute("delete from catalog_uploads where created_at < :old", {"old": old})
    row = {"id": uuid7(), "person_id": person_id, "table_name": table.name}
    tx.insert(
        "catalog_uploads", {**row, "file_name": file_name, "content": content, "created_at": to_text(at)}
    )
    return row["id"]


def find_upload(reader: Reader, table: Destination, upload_id: str, person_id: str) -> Row | None:
    """Return a file that this person uploaded for this table and has not confirmed, or None."""
    return reader.find(
        """
        select id, file_name, content from catalog_uploads
        where id = :id and table_name = :table_name and person_id = :person_id
        """,
        {"id": upload_id, "table_name": table.name, "person_id": person_id},
    )


def delete_upload(tx: Writer, upload_id: str) -> None:
    """Forget a file."""
    tx.delete("catalog_uploads", upload_id)
