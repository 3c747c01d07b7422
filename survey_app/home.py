"""The first page, by role, and the menu."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from survey_app import current
from survey_app.permissions import User
from survey_app.security import requires

bp = Blueprint("home", __name__)

# The first entry that a person may open is where their work is.
FIRST_PAGES = (
    ("triage", "rectification.inbox"),
    ("capture", "visits.records"),
    ("findings.work", "tasks.index"),
    ("people.manage", "accounts.people"),
    ("digest.read", "digests.index"),
)


@bp.get("/")
@requires("home")
def index() -> Response:
    """Go to where this person's work is."""
    return redirect(url_for(first_page(current.user())))


def first_page(user: User) -> str:
    """Return the endpoint of the page where this person's work is."""
    return next(endpoint for permission, endpoint in FIRST_PAGES if user.can(permission))


@bp.get("/menu")
@requires("home")
def menu() -> str:
    """Show everything this person can open."""
    return render_template("home/menu.html")
