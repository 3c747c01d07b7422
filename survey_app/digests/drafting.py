"""Making a briefing: the period and its figures, the records picked, the text, and issuing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app import current
from survey_app.digests import compile as compiling
from survey_app.digests import queries
from survey_app.digests.compile import Pick
from survey_app.digests.figures import Figures, Period, Record, count
from survey_app.digests.forms import PeriodForm
from survey_app.digests.views import bp as bp
from survey_app.digests.views import get_digest
from survey_app.errors import ConflictError, InvalidError
from survey_app.i18n import _
from survey_app.paging import place
from survey_app.security import requires
from survey_app.store import Reader, Row

SHORTCUTS = (7, 10, 30)  # days
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


def count_period(reader: Reader, records: Sequence[Record]) -> Figures:
    """Count records against the catalogue as it is now."""
    return count(records, queries.get_coverage(reader))


@bp.get("/digests/new")
@requires("digest.edit")
def new() -> tuple[str, int] | str:
    """Choose a period and see its figures."""
    today = current.today()
    days = request.args.get("days", 10, type=int)
    days = days if days in SHORTCUTS else 10
    chosen = PeriodForm(request.args) if "first" in request.args else None
    form = chosen or PeriodForm(
        data={"first": (today - timedelta(days=days - 1)).isoformat(), "last": today.isoformat()}
    )
    if chosen and not chosen.validate():
        return _show_period(form, None, None), 422
    return _show_period(form, _period(form), None if chosen else days)


def _period(form: PeriodForm) -> Period:
    first, last = form.first.day, form.last.day
    assert first is not None
    assert last is not None
    return Period(first, last)


def _show_period(form: PeriodForm, period: Period | None, days: int | None) -> str:
    store = current.store()
    figures = count_period(store, queries.list_records(store, period)) if period else None
    return render_template(
        "digests/new.html", form=form, period=period, figures=figures, days=days, shortcuts=SHORTCUTS
    )


@bp.post("/digests/new")
@requires("digest.edit")
def add() -> AnyResponse | tuple[str, int]:
    """Start a draft of a period; one without any record is refused with what to do."""
    form = PeriodForm()
    if not form.validate():
        return _show_period(form, None, None), 422
    store, period = current.store(), _period(form)
    records = queries.list_records(store, period)
    if not records:
        raise InvalidError(
            _("%(period)s没有记录，编不了简报。请换一段时间，或等记录上报后再来。", period=str(period)),
            code="no_records",
        )
    fields = {
        **queries.carried_over(store),
        "title_1": f"{period}办事体验情况",
        "body": "",
        "issued_on": current.today().isoformat(),
    }
    with store.writing() as tx:
        digest_id = queries.add_digest(tx, period, fields, [], actor_id=current.user().id, at=current.now())
    return redirect(url_for("digests.pick", digest_id=digest_id))


@bp.get("/digests/<digest_id>/pick")
@requires("digest.edit")
def pick(digest_id: str) -> str:
    """Choose what goes in: records, citizens' words, photos."""
    digest, store = get_draft(digest_id), current.store()
    period, words = period_of(digest), request.args.get("q", "").strip()[:100]
    records = queries.list_records(store, period)
    if words:
        found = queries.search_ids(store, period, words)
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
        picks=queries.list_picks(store, digest_id),
        printable=compiling.printable,
    )


@bp.post("/digests/<digest_id>/pick")
@requires("digest.edit")
def save_picks(digest_id: str) -> AnyResponse:
    """Keep what was chosen on this page of the list; then back to it, or on to the draft."""
    digest, store = get_draft(digest_id), current.store()
    picks = _chosen(digest_id, queries.list_records(store, period_of(digest)))
    user, now = current.user().id, current.now()
    with store.writing() as tx:
        queries.set_picks(tx, digest_id, picks, actor_id=user, at=now)
    if request.form.get("action") != "draft":
        return redirect(
            url_for(
                "digests.pick", digest_id=digest_id, q=request.args.get("q"), page=request.args.get("page")
            )
        )
    if not picks:
        raise InvalidError(_("还没有选入记录。请返回上一页，至少选一条，再写初稿。"), code="nothing_picked")
    _write_draft(digest, picks)
    return redirect(url_for("digests.edit", digest_id=digest_id, done="draft"))


def _chosen(digest_id: str, records: Sequence[Record]) -> list[Pick]:
    """Return all picks: those on the page as they were ticked, those on other pages as they were."""
    shown, action = set(request.form.getlist("shown")), request.form.get("action", "")
    ticked = {name: set(request.form.getlist(name)) for name in ("pick", "quote", "photos")}
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
    store, period = current.store(), period_of(digest)
    figures = count_period(store, queries.list_records(store, period))
    body = compiling.draft(figures, picks, period)
    with store.writing() as tx:
        kept = queries.set_text(
            tx, digest["id"], digest["version"], {"body": body}, actor_id=current.user().id, at=current.now()
        )
    if not kept:
        raise changed()


def changed() -> ConflictError:
    """Return the error that a briefing is no longer as it was looked at."""
    return ConflictError(_("刚才有人改了这份简报。请返回上一页，刷新后看看再做。"))
