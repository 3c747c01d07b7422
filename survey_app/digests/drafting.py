"""Making a briefing: the period and its figures, the records picked, the text, and issuing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from survey_app import current
from survey_app.catalog import queries as catalog
from survey_app.digests import queries
from survey_app.digests.chase import chase, to_chase
from survey_app.digests.compile import Pick, printable
from survey_app.digests.figures import Period, Record, count
from survey_app.digests.forms import PeriodForm
from survey_app.digests.sources import about, get_source
from survey_app.digests.views import bp as bp
from survey_app.digests.views import get_digest
from survey_app.digests.weekly import draft, title_of
from survey_app.digests.work import Source
from survey_app.errors import ConflictError, InvalidError
from survey_app.i18n import _
from survey_app.paging import place
from survey_app.security import requires
from survey_app.store import Row

SHORTCUTS = (7, 10, 30)  # days
LONGEST_TITLE = 40
PAGE = 100  # records on one page of the list to pick from


def get_draft(digest_id: str) -> Row:
    """Return a draft; raise ConflictError for a briefing that is on its way or was issued."""
    digest = get_digest(digest_id)
    if digest["state"] == "issued":
        raise ConflictError(_("这一期已经印发，不能再改。要更正，请打开这一期，点“更正这一期”。"))
    if digest["state"] != "draft":
        raise ConflictError(_("这份稿子已经送审，不能直接改。要改，请到“送审和印发”里退回来。"))
    return digest


def period_of(digest: Row) -> Period:
    """Return the period that a briefing is about."""
    return Period(date.fromisoformat(digest["period_from"]), date.fromisoformat(digest["period_to"]))


def source_of(digest: Row) -> Source:
    """Return what a briefing is written from as of today."""
    return get_source(current.store(), digest, current.today())


@bp.get("/digests/new")
@requires("digest.edit")
def new() -> tuple[str, int] | str:
    """Choose a period, what it is about and a template, and see the figures."""
    today = current.today()
    days = request.args.get("days", 10, type=int)
    days = days if days in SHORTCUTS else 10
    is_chosen = "first" in request.args
    begin = {"first": (today - timedelta(days=days - 1)).isoformat(), "last": today.isoformat()}
    form = _period_form(request.args if is_chosen else MultiDict(begin))
    if is_chosen and not form.validate():
        return _show_period(form, None), 422
    return _show_period(form, about_of(form), None if is_chosen else days)


def _period_form(said: MultiDict[str, str] | None = None) -> PeriodForm:
    store = current.store()
    form = PeriodForm(said) if said is not None else PeriodForm()
    items = [(row["id"], row["title"]) for row in catalog.list_reform_items(store) if row["title"]]
    form.offer(items, [(row["id"], row["name"]) for row in catalog.list_units(store)])
    return form


def about_of(form: PeriodForm) -> Row:
    """Return what a form that is valid says the briefing is about, as columns of ``digests``."""
    first, last = form.first.day, form.last.day
    assert first is not None
    assert last is not None
    chosen = form.template.data
    item_id = form.item.data or None if chosen == "topic" else None
    return about(Period(first, last), chosen, item_id, form.unit.data or None)


def _show_period(form: PeriodForm, wanted: Row | None, days: int | None = None) -> str:
    source = source_of(wanted) if wanted else None
    return render_template(
        "digests/new.html",
        form=form,
        period=source.period if source else None,
        figures=count(source.records, source.coverage, source.visited) if source else None,
        days=days,
        shortcuts=SHORTCUTS,
        behind=to_chase(source) if source and form.template.data == "chase" else (),
    )


@bp.post("/digests/new")
@requires("digest.edit")
def add() -> AnyResponse | tuple[str, int]:
    """Start a draft; one about which there is nothing to say is refused with what to do."""
    form = _period_form()
    if not form.validate():
        return _show_period(form, None), 422
    wanted, user, now = about_of(form), current.user().id, current.now()
    source, is_chase = source_of(wanted), form.template.data == "chase"
    if not (to_chase(source) if is_chase else source.records):
        raise _nothing_to_say(source.period, is_chase)
    fields = {
        **queries.carried_over(current.store(), form.template.data),
        **wanted,
        "title_1": title_of(source, form.template.data)[:LONGEST_TITLE],
        "body": chase(source) if is_chase else "",
        "issued_on": current.today().isoformat(),
    }
    with current.store().writing() as tx:
        digest_id = queries.add_digest(tx, fields, actor_id=user, at=now)
    if is_chase:
        return redirect(url_for("digests.edit", digest_id=digest_id, done="draft"))
    return redirect(url_for("digests.pick", digest_id=digest_id))


def _nothing_to_say(period: Period, is_chase: bool) -> InvalidError:
    if is_chase:
        message = _("没有到期未销号的、退件的或发回重办的问题，不用发督办通报。")
        return InvalidError(message, code="no_problems")
    return InvalidError(
        _("%(period)s没有记录，编不了简报。请换一段时间，或等记录上报后再来。", period=str(period)),
        code="no_records",
    )


@bp.get("/digests/<digest_id>/pick")
@requires("digest.edit")
def pick(digest_id: str) -> str:
    """Choose what goes in: records, citizens' words, photos."""
    digest = get_draft(digest_id)
    return _show_picks(digest, queries.list_picks(current.store(), digest_id))


def _show_picks(digest: Row, picks: Mapping[str, Row], sent: Mapping[str, set[str]] | None = None) -> str:
    """Show a page of the records; ``sent`` are the ticks of a form that was refused."""
    period, words = period_of(digest), request.args.get("q", "").strip()[:100]
    records = list(source_of(digest).records)
    if words:
        found = queries.search_ids(current.store(), period, words)
        records = [record for record in records if record.id in found]
    page = request.args.get("page", 0, type=place)
    return render_template(
        "digests/pick.html",
        digest=digest,
        period=period,
        records=records[page * PAGE : (page + 1) * PAGE],
        found=len(records),
        has_next=len(records) > (page + 1) * PAGE,
        page=page,
        words=words,
        picks=picks,
        sent=sent,
        printable=printable,
    )


@bp.post("/digests/<digest_id>/pick")
@requires("digest.edit")
def save_picks(digest_id: str) -> AnyResponse | tuple[str, int]:
    """Keep what was chosen on this page of the list; then back to it, or on to the draft."""
    digest, store = get_draft(digest_id), current.store()
    picks, wants_draft = _chosen(digest_id, source_of(digest).records), request.form.get("action") == "draft"
    if wants_draft and not picks:
        return _show_picks(digest, {}, _ticked()), 422
    user, now = current.user().id, current.now()
    with store.writing() as tx:
        queries.set_picks(tx, digest_id, picks, actor_id=user, at=now)
    if not wants_draft:
        return redirect(
            url_for(
                "digests.pick", digest_id=digest_id, q=request.args.get("q"), page=request.args.get("page")
            )
        )
    _write_draft(digest, picks)
    return redirect(url_for("digests.edit", digest_id=digest_id, done="draft"))


def _ticked() -> dict[str, set[str]]:
    return {name: set(request.form.getlist(name)) for name in ("pick", "quote", "photos")}


def _chosen(digest_id: str, records: Sequence[Record]) -> list[Pick]:
    """Return all picks: those on the page as they were ticked, those on other pages as they were."""
    shown, action = set(request.form.getlist("shown")), request.form.get("action", "")
    ticked = _ticked()
    if action in {"all", "none"}:
        ticked["pick"] = shown if action == "all" else set()
    earlier = queries.list_picks(current.store(), digest_id)
    picks = []
    for record in records:
        if record.id in shown:
            if record.id in ticked["pick"]:
                picks.append(Pick(record, record.id in ticked["quote"], record.id in ticked["photos"]))
        elif kept := earlier.get(record.id):
            picks.append(Pick(record, bool(kept["with_quote"]), bool(kept["with_photos"])))
    return picks


def _write_draft(digest: Row, picks: Sequence[Pick]) -> None:
    body, user = draft(source_of(digest), picks), current.user().id
    with current.store().writing() as tx:
        kept = queries.set_text(
            tx, digest["id"], digest["version"], {"body": body}, actor_id=user, at=current.now()
        )
    if not kept:
        raise changed()


def changed() -> ConflictError:
    """Return the error that a briefing is no longer as it was looked at."""
    return ConflictError(_("刚才有人改了这份简报。请返回上一页，刷新后看看再做。"))
