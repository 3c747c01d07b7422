"""Briefings and the records they are made of, in the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from survey_app import audit
from survey_app.digests.compile import Pick
from survey_app.digests.figures import Coverage, Period, Record
from survey_app.store import Reader, Row, Store, Writer
from survey_app.store.ids import uuid7
from survey_app.store.instants import to_text

PAGE = 30
TEXT_FIELDS = (
    "series", "issued_on", "issuer", "title_1", "title_2", "body", "contributor", "report_to",
    "send_to", "copies",
)  # fmt: skip
CARRIED_FIELDS = ("series", "issuer", "contributor", "report_to", "send_to", "copies")
"""What a new briefing takes over from the one before: nobody types it twice."""

_IN_PERIOD = "observations.state <> 'withdrawn' and observations.made_on between :first and :last"
_RECORDS = f"""
    select observations.id, observations.n, observations.made_on, observations.method, observations.kind,
        observations.text, observations.quote, observations.resolved_on_spot,
        coalesce(parents.name, categories.name, '') as category, coalesce(halls.name, '') as hall,
        coalesce(counters.name, '') as counter, coalesce(counters.channel, '') as channel,
        coalesce(units.name, '') as unit,
        coalesce(matters.name, '') as matter
    from observations
    left join categories on categories.code = observations.category
    left join categories as parents on parents.code = categories.parent_code
    left join halls on halls.id = observations.hall_id
    left join counters on counters.id = observations.counter_id
    left join units on units.id = observations.unit_id
    left join matters on matters.id = observations.matter_id
    where {_IN_PERIOD}
    order by observations.made_on, observations.n
"""  # noqa: S608  constants of this module


def _bounds(period: Period) -> dict[str, Any]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat()}


def list_records(reader: Reader, period: Period) -> list[Record]:
    """Return every record of the period that was not withdrawn, oldest first."""
    bounds = _bounds(period)
    items = _grouped(
        reader,
        f"""
        select observation_id, reform_item_id as value from observation_reform_items
        join observations on observations.id = observation_id where {_IN_PERIOD} order by reform_item_id
        """,  # noqa: S608
        bounds,
    )
    photos = _grouped(
        reader,
        f"""
        select observation_id, coalesce(photos.id, '') as value from observation_photos
        join observations on observations.id = observation_id
        left join photos on photos.id = observation_photos.sha256
        where {_IN_PERIOD} order by observation_id, position
        """,  # noqa: S608
        bounds,
    )
    return [_record(row, items[row["id"]], photos[row["id"]]) for row in reader.query(_RECORDS, bounds)]


def _grouped(reader: Reader, sql: str, params: Mapping[str, Any]) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in reader.query(sql, params):
        found[row["observation_id"]].append(row["value"])
    return found


def _record(row: Row, items: Sequence[str], photos: Sequence[str]) -> Record:
    fields = dict(row)
    fields["made_on"] = date.fromisoformat(row["made_on"])
    fields["resolved_on_spot"] = bool(row["resolved_on_spot"])
    return Record(**fields, reform_items=tuple(items), photos=tuple(photos))


def search_ids(store: Store, period: Period, text: str) -> set[str]:
    """Return the ids of the period's records that contain ``text``."""
    condition, words = store.search_condition("observations", text)
    sql = f"select id from observations where {_IN_PERIOD} and {condition}"  # noqa: S608
    return {row["id"] for row in store.query(sql, {**_bounds(period), **words})}


def get_coverage(reader: Reader) -> Coverage:
    """Count the halls in use, the units that have one, and the reform items that are entered."""
    row = reader.find(
        """
        select (select count(*) from halls where retired_on is null) as halls,
            (select count(distinct unit_id) from halls where retired_on is null) as units,
            (select count(*) from reform_items where retired_on is null and title <> '') as reform_items
        """
    )
    assert row is not None
    return Coverage(**row)


def list_digests(reader: Reader, *, with_drafts: bool, page: int) -> list[Row]:
    """Return one page of briefings: drafts first, then the newest issue first; one more than a page holds."""
    return reader.query(
        """
        select * from digests where state = 'issued' or :with_drafts
        order by case state when 'issued' then 1 else 0 end, coalesce(issued_at, updated_at) desc, id desc
        limit :limit offset :offset
        """,
        {"with_drafts": with_drafts, "limit": PAGE + 1, "offset": PAGE * page},
    )


def find_digest(reader: Reader, digest_id: str) -> Row | None:
    """Return one briefing with what it is about and which one it corrects, or None."""
    return reader.find(
        """
        select digests.*, old.number as corrected_number, old.year as corrected_year,
            units.name as unit_name, reform_items.title as item_title
        from digests left join digests old on old.id = digests.corrects
            left join units on units.id = digests.unit_id
            left join reform_items on reform_items.id = digests.reform_item_id
        where digests.id = :id
        """,
        {"id": digest_id},
    )


def carried_over(reader: Reader, template: str = "weekly") -> Row:
    """Return what a new briefing takes over from the last one of its template, or the last of any.

    The first one of all begins with the bureau's name.
    """
    last = reader.find(
        "select * from digests order by template = :template desc, updated_at desc, id desc limit 1",
        {"template": template},
    )
    if last:
        return {name: last[name] for name in CARRIED_FIELDS}
    bureau = reader.value("select name from units where tier = 'bureau' and valid_to is null order by code")
    empty = dict.fromkeys(CARRIED_FIELDS, "")
    return {**empty, "series": "办事体验简报", "issuer": bureau or "", "copies": None}


def add_digest(tx: Writer, fields: Row, *, actor_id: str, at: datetime) -> str:
    """Start a draft, and return its id."""
    digest_id, instant = uuid7(), to_text(at)
    stamps = {"created_by": actor_id, "created_at": instant, "edited_by": actor_id, "updated_at": instant}
    tx.insert("digests", {**fields, **stamps, "id": digest_id})
    said = {name: fields[name] for name in ("template", "period_from", "period_to")}
    _audit(tx, "digest.add", digest_id, said, actor_id, at)
    return digest_id


def set_text(
    tx: Writer,
    digest_id: str,
    version: int,
    changes: Row,
    *,
    actor_id: str,
    at: datetime,
    action: str = "digest.edit",
) -> bool:
    """Change a draft that is still at ``version``; return False, and change nothing, where it is not.

    What stood there before is kept in the audit; of what is kept by itself while somebody types
    (``digest.type``), only what stood there when they began.
    """
    before = tx.find(
        "select * from digests where id = :id and version = :version and state = 'draft'",
        {"id": digest_id, "version": version},
    )
    if before is None:
        return False
    changed = {name: value for name, value in changes.items() if before[name] != value}
    stamp = {"version": version + 1, "edited_by": actor_id, "updated_at": to_text(at)}
    tx.update("digests", digest_id, {**changed, **stamp})
    goes_on = action == "digest.type" and _last_act(tx, digest_id) == (action, actor_id)
    said = {"changed": sorted(changed)} if goes_on else {"before": {name: before[name] for name in changed}}
    _audit(tx, action, digest_id, {"version": version + 1, **said}, actor_id, at)
    return True


def _last_act(reader: Reader, digest_id: str) -> tuple[str, str]:
    last = audit.history(reader, "digest", digest_id)[-1]
    return last["action"], last["actor_id"]


def list_picks(reader: Reader, digest_id: str) -> dict[str, Row]:
    """Return what is picked, by the record's id: with_quote and with_photos as 0 or 1."""
    rows = reader.query(
        "select * from digest_observations where digest_id = :id order by position", {"id": digest_id}
    )
    return {row["observation_id"]: row for row in rows}


def set_picks(tx: Writer, digest_id: str, picks: Sequence[Pick], *, actor_id: str, at: datetime) -> None:
    """Make these the records of a draft, in this order."""
    tx.execute("delete from digest_observations where digest_id = :id", {"id": digest_id})
    _insert_picks(tx, digest_id, picks)
    _audit(tx, "digest.pick", digest_id, {"picked": len(picks)}, actor_id, at)


def _insert_picks(tx: Writer, digest_id: str, picks: Sequence[Pick]) -> None:
    rows = [
        {
            "digest_id": digest_id,
            "observation_id": pick.record.id,
            "position": position,
            "with_quote": int(pick.with_quote),
            "with_photos": int(pick.with_photos),
        }
        for position, pick in enumerate(picks)
    ]
    tx.insert_all("digest_observations", rows)


def picked_photos(reader: Reader, digest_id: str) -> dict[tuple[int, int], str]:
    """Return the photos of the picked records that are here: (record's number, place from 1) → name."""
    rows = reader.query(
        """
        select observations.n, row_number() over (
            partition by observations.id order by observation_photos.position
        ) as place, observation_photos.sha256, photos.id is not null as here
        from digest_observations
        join observations on observations.id = digest_observations.observation_id
        join observation_photos on observation_photos.observation_id = observations.id
        left join photos on photos.id = observation_photos.sha256
        where digest_id = :id order by digest_observations.position, place
        """,
        {"id": digest_id},
    )
    return {(row["n"], row["place"]): row["sha256"] for row in rows if row["here"]}


def list_findings_behind(reader: Reader, digest_id: str) -> list[Row]:
    """Return the problems that the picked records were made, each once, by number."""
    return reader.query(
        """
        select findings.number, findings.text, coalesce(categories.name, '') as category, findings.found_on,
            coalesce(units.name, '') as unit, findings.state, findings.measure, findings.deadline_on,
            findings.progress, findings.closed_on
        from findings
        left join categories on categories.code = findings.category
        left join units on units.id = findings.unit_id
        where findings.id in (
            select finding_id from finding_observations
            join digest_observations using (observation_id) where digest_id = :id
        )
        order by findings.year, findings.position
        """,
        {"id": digest_id},
    )


def next_number(reader: Reader, series: str, year: int) -> int | None:
    """Return the number that the next issue of a series gets in a year; None where it may begin anywhere."""
    highest = reader.value(
        "select max(number) from digests where series = :series and year = :year",
        {"series": series, "year": year},
    )
    return highest + 1 if highest else None


def list_corrections(reader: Reader, digest_id: str) -> list[Row]:
    """Return the briefings that correct one, in the order in which they were begun."""
    return reader.query("select * from digests where corrects = :id order by id", {"id": digest_id})


def has_fixed_case(reader: Reader, digest_id: str) -> bool:
    """Tell whether at least one problem that was put right is picked: at once, or by who is responsible."""
    found = reader.value(
        """
        select 1 from digest_observations picked join observations on observations.id = picked.observation_id
            left join findings on findings.id = observations.finding_id
        where picked.digest_id = :id and observations.kind in ('blockage', 'difficulty')
            and (observations.resolved_on_spot = 1
                or findings.state in ('fed_back', 'verified', 'followed_up', 'closed'))
        limit 1
        """,
        {"id": digest_id},
    )
    return found is not None


def list_names(reader: Reader) -> list[str]:
    """Return the names of all people, but for who goes by the post."""
    return [row["name"] for row in reader.query("select distinct name from people where name <> post")]


def _audit(
    tx: Writer, action: str, digest_id: str, detail: dict[str, Any], actor_id: str, at: datetime
) -> None:
    audit.record(
        tx, actor_id=actor_id, action=action, entity="digest", entity_id=digest_id, detail=detail, at=at
    )
