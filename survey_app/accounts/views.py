"""Signing in and out, one's own account, invitations, and the administrator's list of people."""

import secrets
from functools import partial
from urllib.parse import quote

import segno
from flask import (
    Blueprint,
    Response,
    after_this_request,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask import g as request_globals
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse
from wtforms.fields import SelectChoice

from survey_app import current
from survey_app.accounts import queries
from survey_app.accounts.attempts import check_password
from survey_app.accounts.forms import ChangePasswordForm, NewPasswordForm, PersonForm, SignInForm
from survey_app.errors import ConflictError, NotFoundError
from survey_app.i18n import _
from survey_app.security import own_path, public, requires
from survey_app.store import Row

bp = Blueprint("accounts", __name__)

LONGEST_COOKIE = 400 * 24 * 3600  # seconds: longer than that no browser keeps one


def _next_page() -> str:
    """Return where to go after signing in."""
    return own_path(request.args.get("next", "/"), "/")


def _start_session(person_id: str) -> None:
    with current.store().writing() as tx:
        token = queries.add_session(tx, person_id, current.now())
    session.clear()
    session.permanent = True
    session["token"] = token
    # Made now: two pages opened at once would each make one, and only the last would be kept.
    session["csrf_token"] = secrets.token_hex(20)
    after_this_request(partial(_leave_name, person_id))


def _leave_name(person_id: str, response: Response) -> Response:
    """Let the scripts know whose records this phone writes, without a signal and after the session's end."""
    person = queries.find_person(current.store(), person_id) or {"post": ""}
    response.set_cookie(
        "who",
        quote(f"{person_id}|{person['post']}"),
        max_age=LONGEST_COOKIE,
        samesite="Lax",
        secure=current.config().https,
    )
    return response


@bp.get("/sign-in")
@public
def sign_in() -> AnyResponse | str:
    """Show the sign-in form."""
    if request_globals.user is not None:
        return redirect(_next_page())
    return render_template("accounts/sign_in.html", form=SignInForm())


@bp.post("/sign-in")
@public
def check_sign_in() -> AnyResponse | tuple[str, int]:
    """Sign in, or say that login and password do not fit (never which of the two)."""
    form = SignInForm()
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), 422
    person = check_password(form.login.data or "", form.password.data or "")
    if person is None:
        form.form_errors.append(_("账号或密码不对。忘了密码，请找管理员重发邀请。"))
        return render_template("accounts/sign_in.html", form=form), 422
    _start_session(person["id"])
    return redirect(_next_page())


@bp.post("/sign-out")
@requires("account")
def sign_out() -> AnyResponse:
    """End this session."""
    with current.store().writing() as tx:
        queries.delete_session(tx, session["token"])
    session.clear()
    answer = redirect(url_for("accounts.sign_in"))
    answer.delete_cookie("who", samesite="Lax", secure=current.config().https)
    return answer


@bp.get("/account")
@requires("account")
def account() -> str:
    """Show one's own account."""
    return _account_page(ChangePasswordForm(login=current.user().login))


def _account_page(form: ChangePasswordForm) -> str:
    person = queries.find_person(current.store(), current.user().id)
    return render_template("accounts/account.html", form=form, person=person)


@bp.post("/account/password")
@requires("account")
def change_password() -> AnyResponse | tuple[str, int]:
    """Change one's own password; every other device has to sign in again."""
    user = current.user()
    form = ChangePasswordForm(login=user.login)
    valid = form.validate()
    if valid and check_password(user.login, form.current.data or "") is None:
        form.current.errors = [_("现在的密码不对。")]
        valid = False
    if not valid:
        return _account_page(form), 422
    with current.store().writing() as tx:
        queries.set_password(tx, user.id, form.password.data or "", actor_id=user.id, at=current.now())
    _start_session(user.id)
    return redirect(url_for("accounts.account", done="password"))


@bp.get("/invitations/<token>")
@public
def invitation(token: str) -> str:
    """Show an invitation: choose a password."""
    person = _invited(token)
    form = NewPasswordForm(login=person["login"])
    return render_template("accounts/invitation.html", form=form, person=person)


@bp.post("/invitations/<token>")
@public
def accept_invitation(token: str) -> AnyResponse | tuple[str, int]:
    """Take up an invitation: set the password and sign in."""
    person = _invited(token)
    form = NewPasswordForm(login=person["login"])
    if not form.validate():
        return render_template("accounts/invitation.html", form=form, person=person), 422
    with current.store().writing() as tx:
        person_id = queries.use_invitation(tx, token, form.password.data or "", current.now())
    if person_id is None:
        raise _spent()
    _start_session(person_id)
    return redirect("/")


def _spent() -> NotFoundError:
    return NotFoundError(_("这个邀请已用过或已过期。请找管理员再发一个。"))


def _invited(token: str) -> Row:
    person = queries.find_invitation(current.store(), token, current.now())
    if person is None:
        raise _spent()
    return person


@bp.get("/people")
@requires("people.manage")
def people() -> str:
    """List everyone."""
    return render_template("accounts/people.html", people=queries.list_people(current.store()))


def _person_form(person: Row | None = None) -> PersonForm:
    form = PersonForm(data=person)
    units = [SelectChoice(unit_id, name) for unit_id, name in queries.list_unit_names(current.store())]
    form.unit_id.choices = [SelectChoice("", "—"), *units]
    return form


@bp.get("/people/new")
@requires("people.manage")
def new_person() -> str:
    """Show the form for a new person."""
    return render_template("accounts/person_form.html", form=_person_form(), person=None)


@bp.post("/people/new")
@requires("people.manage")
def add_person() -> AnyResponse | tuple[str, int]:
    """Add a person, then show how to invite them."""
    form = _person_form()
    valid = form.validate()
    if valid and queries.find_person_by_login(current.store(), form.login.data or ""):
        form.login.errors = [_("这个账号已经有人用了，请换一个。")]
        valid = False
    if not valid:
        return render_template("accounts/person_form.html", form=form, person=None), 422
    with current.store().writing() as tx:
        person_id = queries.add_person(tx, **form.details(), actor_id=current.user().id, at=current.now())
    return redirect(url_for("accounts.person", person_id=person_id))


def _get_person(person_id: str) -> Row:
    person = queries.find_person(current.store(), person_id)
    if person is None:
        raise NotFoundError(_("没有这个人。请从人员列表重新进入。"))
    return person


@bp.get("/people/<person_id>")
@requires("people.manage")
def person(person_id: str) -> str:
    """Show one person with what the administrator can do."""
    return render_template("accounts/person.html", person=_get_person(person_id), invitation=None)


@bp.get("/people/<person_id>/edit")
@requires("people.manage")
def edit_person(person_id: str) -> str:
    """Show the form of one person."""
    found = _get_person(person_id)
    return render_template("accounts/person_form.html", form=_person_form(found), person=found)


@bp.post("/people/<person_id>/edit")
@requires("people.manage")
def save_person(person_id: str) -> AnyResponse | tuple[str, int]:
    """Save one person; the login stays as it is."""
    found = _get_person(person_id)
    form = _person_form(found)
    if not form.validate():
        return render_template("accounts/person_form.html", form=form, person=found), 422
    _keep_an_admin(found, "admin" in (form.roles.data or []))
    details = form.details()
    del details["login"]
    with current.store().writing() as tx:
        queries.set_person(tx, person_id, **details, actor_id=current.user().id, at=current.now())
    return redirect(url_for("accounts.person", person_id=person_id))


def _keep_an_admin(found: Row, stays: bool) -> None:
    if found["id"] == current.user().id and not stays:
        raise ConflictError(_("不能取消自己的管理员身份或停用自己。请让另一位管理员来做。"))


@bp.post("/people/<person_id>/invite")
@requires("people.manage")
def invite(person_id: str) -> Response:
    """Make a new invitation and show its link and QR code, this once."""
    found = _get_person(person_id)
    if found["disabled_at"]:
        raise ConflictError(_("这个账号已停用。请先启用，再发邀请。"))
    with current.store().writing() as tx:
        token = queries.add_invitation(tx, person_id, actor_id=current.user().id, at=current.now())
    origin = current.config().origin or request.url_root.rstrip("/")
    link = origin + url_for("accounts.invitation", token=token)
    drawing = segno.make(link, error="m").svg_inline(omitsize=True, border=4, lineclass=None, svgclass="qr")
    page = render_template(
        "accounts/person.html",
        person=found,
        invitation={"link": link, "qr": Markup(drawing)},  # noqa: S704
    )
    return Response(page, headers={"Cache-Control": "no-store"})


@bp.get("/people/<person_id>/disable")
@requires("people.manage")
def ask_to_disable(person_id: str) -> str:
    """Say what comes of it before an account is closed."""
    return render_template("accounts/disable.html", person=_get_person(person_id))


@bp.post("/people/<person_id>/<any(disable, enable):change>")
@requires("people.manage")
def set_disabled(person_id: str, change: str) -> AnyResponse:
    """Close an account or reopen it."""
    found, is_closing = _get_person(person_id), change == "disable"
    if is_closing:
        _keep_an_admin(found, stays=False)
    with current.store().writing() as tx:
        queries.set_disabled(tx, person_id, is_closing, actor_id=current.user().id, at=current.now())
    return redirect(url_for("accounts.person", person_id=person_id))
