"""Tables of the catalogue as files, and what the product ships with for some of them."""

from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app import current
from survey_app.catalog import shipped
from survey_app.catalog.tables import TABLES, Table
from survey_app.errors import NotFoundError
from survey_app.i18n import _
from survey_app.security import requires
from survey_app.spreadsheets import editing
from survey_app.spreadsheets.files import Files

DEFAULTS = {
    "categories": ("categories",),
    "checklists": ("categories", "checklists", "checklist_items"),
    "holidays": ("holidays",),
}
BY_SLUG = {table.slug: table for table in TABLES.values()}
SLUG = "/catalog/<any(" + ", ".join(f"'{slug}'" for slug in BY_SLUG) + "):slug>"


def _listed(table: Table, **args: str) -> str:
    return url_for("catalog.table", slug=table.slug, **args)  # type: ignore[arg-type]


FILES = Files(TABLES.values(), rule=SLUG, listed=_listed, read="catalog.read", edit="catalog.edit")


@FILES.bp.post(SLUG + "/default")
@requires("catalog.edit")
def adopt(slug: str) -> AnyResponse:
    """Add what the product ships with for a table and what it refers to; what is there stays as it is."""
    if slug not in DEFAULTS:
        raise NotFoundError(_("这张表没有默认内容。"))
    plans = {}
    with current.store().writing() as tx:
        for name in DEFAULTS[slug]:
            plans[name] = editing.plan_now(tx, TABLES[name], shipped.read_sheet(name)).additions
            editing.apply(tx, plans[name])
    return FILES.done(plans[slug])
