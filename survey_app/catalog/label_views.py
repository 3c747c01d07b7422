"""The QR labels of counters: on a screen, and as a PDF to be cut and put up."""

import io
import threading
from collections.abc import Sequence
from functools import lru_cache

from flask import Blueprint, Response, render_template, request, send_file

from survey_app import current
from survey_app.catalog import queries
from survey_app.catalog.labels import PURPOSE, Label, has_label, label_of
from survey_app.catalog.tables import COUNTERS, HALLS
from survey_app.catalog.vocabulary import CHANNELS
from survey_app.errors import NotFoundError, SurveyError
from survey_app.i18n import _
from survey_app.printing.fonts import style_sheet
from survey_app.printing.render import Sheet, print_sheet
from survey_app.security import requires
from survey_app.store import Row

bp = Blueprint("labels", __name__)

ONE_AT_A_TIME = threading.Lock()  # each takes a core for seconds, and everybody may ask
KEPT = 16  # sheets
PRINTED_SOON = 5  # seconds

HALL = "/catalog/halls/<hall_id>"


def origin() -> str:
    """Return the address of the product as it stands on a label."""
    return current.config().origin or request.url_root.rstrip("/")


@bp.get(HALL + "/labels")
@requires("catalog.read")
def show(hall_id: str) -> str:
    """Show the labels of a hall, and where to print them."""
    hall = _get_hall(hall_id)
    return render_template(
        "catalog/labels.html", hall=hall, labels=_labels(hall), why_none=say_why_none(hall)
    )


@bp.get(HALL + "/labels.pdf")
@requires("catalog.read")
def sheet(hall_id: str) -> Response:
    """Open the labels of a hall as a PDF."""
    hall = _get_hall(hall_id)
    labels = _labels(hall)
    if not labels:
        raise NotFoundError(_("这个大厅没有在用的窗口或自助机，没有可打印的。请先在目录里新增窗口。"))
    return _send(labels, f"窗口二维码-{hall['name']}")


@bp.get("/catalog/counters/<counter_id>/label.pdf")
@requires("catalog.read")
def one(counter_id: str) -> Response:
    """Open the label of one counter as a PDF."""
    counter = queries.find_row(current.store(), COUNTERS, counter_id)
    if counter is None or not has_label(counter):
        raise NotFoundError(_("这个窗口没有二维码可打印：只有在用的窗口和自助机才贴。请从目录重新进入。"))
    label = label_of(counter, origin())
    return _send([label], f"窗口二维码-{label.hall}-{label.name}")


def _get_hall(hall_id: str) -> Row:
    hall = queries.find_row(current.store(), HALLS, hall_id)
    if hall is None:
        raise NotFoundError(_("没有找到这个大厅。请从目录重新进入。"))
    return hall


def _labels(hall: Row) -> list[Label]:
    counters = queries.list_counters(current.store(), hall_id=hall["id"])
    return [label_of(counter, origin()) for counter in counters if has_label(counter)]


def say_why_none(hall: Row) -> str:
    """Return why a hall whose counters are only called or used online has no label, or nothing."""
    counters = queries.list_counters(current.store(), hall_id=hall["id"])
    if not counters or any(map(has_label, counters)):
        return ""
    named = [f"{one['name']}（{_(CHANNELS[one['channel']])}）" for one in counters]
    return _(
        "二维码只贴在大厅里的窗口和自助机上，这里登记的是%(names)s，没有二维码可打印。",
        names=_("、").join(named),
    )


def has_labels(hall: Row) -> bool:
    """Tell whether a hall has anything to print."""
    return bool(_labels(hall))


def _send(labels: Sequence[Label], title: str) -> Response:
    html = render_template("catalog/print/labels.html", labels=labels, title=title, purpose=PURPOSE)
    pdf = printed(html, style_sheet("labels"))
    response = send_file(io.BytesIO(pdf), mimetype="application/pdf", download_name=f"{title}.pdf")
    # Chromium draws a PDF as an embedded object with styles of its own: object-src 'none' leaves it blank.
    response.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
    return response


@lru_cache(maxsize=KEPT)
def printed(html: str, css: str) -> bytes:
    """Return labels as a PDF; the same sheet is printed once, and while another is, nobody waits."""
    if not ONE_AT_A_TIME.acquire(blocking=False):
        text = _("另一份二维码正在排版。请过几秒再打开。")
        raise SurveyError(text, code="busy", status=503, retry_after=PRINTED_SOON)
    try:
        return print_sheet(Sheet(html, css)).pdf
    finally:
        ONE_AT_A_TIME.release()
