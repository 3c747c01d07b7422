"""The way of a briefing to its readers: sent for review, signed by somebody else, issued, corrected."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app import current
from survey_app.accounts import queries as accounts
from survey_app.digests import advance, jobs, press, queries
from survey_app.digests.behind import freeze, list_figures
from survey_app.digests.checking import Remark, check
from survey_app.digests.drafting import changed, source_of
from survey_app.digests.editing import bp as bp
from survey_app.digests.figures import count
from survey_app.digests.forms import IssueForm, ReturnForm, StepForm
from survey_app.digests.length import AT_ONCE_PAGES
from survey_app.digests.marks import TO_WRITE
from survey_app.digests.stages import is_open, may_sign
from survey_app.digests.views import get_digest
from survey_app.errors import ConflictError, ForbiddenError
from survey_app.form_fields import read_version
from survey_app.i18n import _
from survey_app.permissions import PERMISSIONS
from survey_app.printing.render import print_sheet
from survey_app.security import requires
from survey_app.store import Reader, Row


def list_remarks(digest: Row) -> list[Remark]:
    """Return what can be remarked on a briefing as it stands now."""
    store = current.store()
    photos = queries.picked_photos(store, digest["id"])
    has_case = digest["template"] == "chase" or queries.has_fixed_case(store, digest["id"])
    remarks = check(digest, names=queries.list_names(store), photos=photos.keys(), has_case=has_case)
    moved = [one for one in list_figures(digest) if not one.agrees]
    return [
        *remarks,
        *(Remark("stale", 0, f"{one.name} {one.value} → {one.is_now or '？'}") for one in moved),
    ]


def list_signers(reader: Reader) -> list[str]:
    """Return the ids of all who may sign a briefing."""
    roles = PERMISSIONS["digest.sign"]
    people = accounts.list_people(reader)
    return [one["id"] for one in people if not one["disabled_at"] and roles & set(one["roles"])]


@bp.get("/digests/<digest_id>/issue")
@requires("digest.edit")
def issue(digest_id: str) -> str:
    """Look at a briefing before its next step."""
    return _show(_open(digest_id))


def _open(digest_id: str, step: str = "") -> Row:
    """Return a briefing that can take a step; raise ConflictError where it is past it, or not there yet."""
    digest = get_digest(digest_id)
    if digest["state"] == "issued":
        raise ConflictError(_("这一期已经印发，不能再改。要更正，请打开这一期，点“更正这一期”。"))
    if step and not is_open(digest["state"], step):
        raise changed()
    return digest


def _show(digest: Row, form: StepForm | None = None, back: ReturnForm | None = None) -> str:
    store = current.store()
    number = queries.next_number(store, digest["series"], date.fromisoformat(digest["issued_on"]).year)
    typed = {"version": digest["version"], "number": str(number or 1), "issued_on": digest["issued_on"]}
    return render_template(
        "digests/issue.html",
        digest=digest,
        form=form or (IssueForm if digest["state"] == "signed" else StepForm)(data=typed, formdata=None),
        back=back or ReturnForm(data={"version": digest["version"]}, formdata=None),
        remarks=list_remarks(digest),
        is_first=number is None,
        may_sign=may_sign(digest, current.user().id, list_signers(store)),
        to_write=TO_WRITE,
    )


def _refused(digest: Row, form: StepForm) -> tuple[str, int] | None:
    """Return the page again where a step cannot be taken yet: something fatal, or not accepted."""
    remarks = list_remarks(digest)
    if any(remark.is_fatal for remark in remarks):
        return _show(digest, form), 422
    if not form.validate():
        return _show(digest, form), 422
    if remarks and not form.accepted.data:
        form.accepted.errors = [_("上面的几处还在。改好再来，或者勾上这一格。")]
        return _show(digest, form), 422
    if read_version(form.version.data) != digest["version"]:
        raise changed()
    return None


def _detail(digest: Row) -> dict[str, Any]:
    """Return what is kept of a step: in spite of which remarks it was taken."""
    kinds = sorted({remark.kind for remark in list_remarks(digest)})
    return {"in_spite_of": kinds} if kinds else {}


@bp.post("/digests/<digest_id>/submit")
@requires("digest.edit")
def submit(digest_id: str) -> AnyResponse | tuple[str, int]:
    """Send a draft to whoever signs."""
    digest, form = _open(digest_id, "submit"), StepForm()
    if refused := _refused(digest, form):
        return refused
    with current.store().writing() as tx:
        user, now = current.user().id, current.now()
        if not advance.submit(tx, digest, actor_id=user, at=now, detail=_detail(digest)):
            raise changed()
    return redirect(url_for("digests.issue", digest_id=digest_id, done="submit"))


@bp.post("/digests/<digest_id>/sign")
@requires("digest.sign")
def sign(digest_id: str) -> AnyResponse | tuple[str, int]:
    """Sign a briefing off; who typed last does not, where anybody else could."""
    digest, form, store = _open(digest_id, "sign"), StepForm(), current.store()
    if not may_sign(digest, current.user().id, list_signers(store)):
        raise ForbiddenError(_("最后改这份稿子的是您，请另一位同事来签发。"))
    if refused := _refused(digest, form):
        return refused
    with store.writing() as tx:
        user, now = current.user().id, current.now()
        if not advance.sign(tx, digest, actor_id=user, at=now, detail=_detail(digest)):
            raise changed()
    return redirect(url_for("digests.issue", digest_id=digest_id, done="sign"))


@bp.post("/digests/<digest_id>/return")
@requires("digest.edit")
def send_back(digest_id: str) -> AnyResponse | tuple[str, int]:
    """Make a briefing a draft again, with the reason."""
    digest, form = _open(digest_id, "return"), ReturnForm()
    if not form.validate():
        return _show(digest, back=form), 422
    stood = {**digest, "version": read_version(form.version.data)}
    with current.store().writing() as tx:
        reason, user = form.reason.data.strip(), current.user().id
        if not advance.send_back(tx, stood, reason, actor_id=user, at=current.now()):
            raise changed()
    return redirect(url_for("digests.edit", digest_id=digest_id, done="return"))


@bp.post("/digests/<digest_id>/issue")
@requires("digest.edit")
def confirm(digest_id: str) -> AnyResponse | tuple[str, int]:
    """Issue: give the number, print, and freeze what was printed."""
    digest, form, store = _open(digest_id, "issue"), IssueForm(), current.store()
    if refused := _refused(digest, form):
        return refused
    day = form.issued_on.day
    assert day is not None
    issued = as_issued(digest, int(form.number.data), day)
    if wrong := _misnumbered(store, issued):
        form.number.errors = [wrong]
        return _show(digest, form), 409
    sheet, pages = press.sheet_for(issued), press.count_pages(issued)
    if pages > AT_ONCE_PAGES and jobs.find_result(sheet) is None:
        jobs.start(
            digest_id, sheet, pages
        )  # it is issued when its pages are there and somebody says so again
        asked = {"number": issued["number"], "day": issued["issued_on"]}
        return redirect(url_for("printing.show", digest_id=digest_id, **asked))
    print_and_keep(issued, current.user().id)
    return redirect(url_for("digests.show", digest_id=digest_id, done="issue"))


def as_issued(digest: Row, number: int, day: date) -> Row:
    """Return a briefing as it will stand once it is issued under a number on a day."""
    issued = {**digest, "number": number, "year": day.year, "issued_on": day.isoformat(), "state": "issued"}
    return {**issued, "pdf_name": press.file_name(issued)}


def _misnumbered(reader: Reader, issued: Row) -> str:
    """Return why this number would leave a gap or stand twice; nothing where it is the next one."""
    due = queries.next_number(reader, issued["series"], issued["year"])
    if due in (None, issued["number"]):
        return ""
    return _("“%(series)s”%(year)s年接下来是第%(number)s期：号不空、不重。请填 %(number)s。",
             series=issued["series"], year=issued["year"], number=due)  # fmt: skip


def print_and_keep(issued: Row, actor_id: str) -> None:
    """Print what is signed under its number, and freeze what was printed with what it was counted from."""
    store = current.store()
    sheet = press.sheet_for(issued)
    pdf = jobs.find_result(sheet) or print_sheet(sheet).pdf
    source = source_of(issued)
    figures = count(source.records, source.coverage, source.visited)
    row: dict[str, Any] = {name: issued[name] for name in ("number", "year", "issued_on", "pdf_name")}
    row |= {
        "frozen": press.freeze(sheet),
        "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
        "counted": freeze(issued),
    }
    with store.writing() as tx:
        if wrong := _misnumbered(tx, issued):  # another one was issued while this one was printed
            raise ConflictError(wrong)
        if not advance.issue(tx, issued, row, figures, actor_id=actor_id, at=current.now()):
            raise changed()
    # After the commit: a lost file can be printed again from what was frozen, a lost row cannot.
    press.keep_file(issued["pdf_name"], pdf)


@bp.post("/digests/<digest_id>/correct")
@requires("digest.edit")
def correct(digest_id: str) -> AnyResponse:
    """Start the draft of a new number that corrects this one."""
    issued = get_digest(digest_id)
    if issued["state"] != "issued":
        raise ConflictError(_("这一期还没有印发，直接改就行。"))
    title, number = f"{issued['title_1']}{issued['title_2']}", issued["number"]
    note = f"〔按语〕本期更正{issued['year']}年第{number}期《{title}》：{TO_WRITE}"
    with current.store().writing() as tx:
        new_id = advance.correct(tx, issued, note, actor_id=current.user().id, at=current.now())
    return redirect(url_for("digests.edit", digest_id=new_id, done="correct"))
