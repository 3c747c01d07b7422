"""The demo's briefings: one issued, one in review, one being written, each as the office would make it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from survey_app import current
from survey_app.accounts import queries as accounts
from survey_app.digests import advance, press, queries
from survey_app.digests.compile import Pick
from survey_app.digests.figures import Period
from survey_app.digests.issuing import print_and_keep
from survey_app.digests.marks import TO_WRITE
from survey_app.digests.sources import about, get_source
from survey_app.digests.weekly import draft, title_of
from survey_app.printing.render import RenderError
from survey_app.store import Row, Store

log = logging.getLogger(__name__)

NEXT = "上述问题逐项交办，办完一项、核验一项。"
FIELDS = {
    "issuer": "市公安局改革办", "contributor": "市公安局改革办", "report_to": "市委改革办、市政府办公厅",
    "send_to": "各分局、县（市）局，市局有关部门", "copies": 60,
}  # fmt: skip


def add_digests(store: Store, *, now: datetime) -> int:
    """Add the three briefings to a demo that has none, where there are records; return how many."""
    office = accounts.find_person_by_login(store, "office")
    if office is None or store.value("select count(*) from digests"):
        return 0
    today = current.today()
    first, middle = today - timedelta(days=29), today - timedelta(days=14)
    whole = Period(first, today)
    wanted = [
        about(Period(first, middle)),
        about(whole, "topic", _item(store, whole)),
        about(Period(middle + timedelta(days=1), today)),
    ]
    made = [_draft(store, one, str(office["id"]), now) for one in wanted]
    issued, reviewed, _drafted = made
    if issued:
        _issue(store, issued, str(office["id"]), now)
    if reviewed:
        _step(store, reviewed, "submit", str(office["id"]), now)
    return sum(one is not None for one in made)


def _item(store: Store, period: Period) -> str | None:
    """Return the reform item of which the most records of a period speak."""
    found: str | None = store.value(
        """
        select reform_item_id from observation_reform_items
        join observations on observations.id = observation_id
        where made_on between :first and :last and observations.state <> 'withdrawn'
        group by reform_item_id order by count(*) desc, reform_item_id limit 1
        """,
        {"first": period.first.isoformat(), "last": period.last.isoformat()},
    )
    return found


def _draft(store: Store, wanted: Row, actor_id: str, at: datetime) -> str | None:
    """Draft a briefing on every record that belongs to it; None where there is none."""
    source = get_source(store, wanted, current.today())
    picks = [Pick(record) for record in source.records]
    if not picks or (wanted["template"] == "topic" and not wanted["reform_item_id"]):
        return None
    fields = {
        **queries.carried_over(store), **FIELDS, **wanted,
        "title_1": title_of(source, wanted["template"])[:40],
        "body": draft(source, picks).replace(TO_WRITE, NEXT),
        "issued_on": current.today().isoformat(),
    }  # fmt: skip
    with store.writing() as tx:
        digest_id = queries.add_digest(tx, fields, actor_id=actor_id, at=at)
        queries.set_picks(tx, digest_id, picks, actor_id=actor_id, at=at)
    return digest_id


def _step(store: Store, digest_id: str, step: str, actor_id: str, at: datetime) -> Row:
    """Take one step and return the briefing as it is then."""
    take = {"submit": advance.submit, "sign": advance.sign}[step]
    digest = queries.find_digest(store, digest_id)
    assert digest is not None
    with store.writing() as tx:
        take(tx, digest, actor_id=actor_id, at=at, detail={})
    after = queries.find_digest(store, digest_id)
    assert after is not None
    return after


def _issue(store: Store, digest_id: str, actor_id: str, at: datetime) -> None:
    """Issue a briefing as number 1; on a machine without the fonts it stays signed."""
    _step(store, digest_id, "submit", actor_id, at)
    signed = _step(store, digest_id, "sign", actor_id, at)
    numbered = {**signed, "number": 1, "year": current.today().year, "state": "issued"}
    try:
        print_and_keep({**numbered, "pdf_name": press.file_name(numbered)}, actor_id)
    except RenderError as error:
        log.warning("the demo's briefing was not printed: %s", error)
