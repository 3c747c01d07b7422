"""The capture form with what it offers, and the photos that came with it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms.fields import SelectChoice

from survey_app import current
from survey_app.catalog.queries import capture_catalog
from survey_app.i18n import _
from survey_app.store.ids import uuid7
from survey_app.sync import images, photos
from survey_app.sync.kinds import NamedPhoto
from survey_app.visits import agenda, queries
from survey_app.visits.form_parts import leaders
from survey_app.visits.forms import CaptureForm
from survey_app.visits.observation import is_empty


def capture_form(filled: dict[str, Any] | None = None) -> CaptureForm:
    """Return the form as sent, or filled in with ``filled``."""
    known = partial(queries.is_known, current.store(), author_id=current.user().id)
    if filled is None:
        form = CaptureForm(known=known)
    else:
        form = CaptureForm(formdata=None, data={"op_id": uuid7(), **filled}, known=known)
        own = queries.find_own_photos(current.store(), current.user().id, filled.get("kept", ()))
        show_photos(form, own)
    form.offer(capture_catalog(current.store()))
    form.for_person_id.choices = leaders(agenda.list_leaders(current.store(), current.user().id))
    return form


def take(
    form: CaptureForm, *, unfinished: bool = False, there: Sequence[NamedPhoto] = ()
) -> tuple[NamedPhoto, ...] | None:
    """Return the photos of a form that can be taken, or None where it has to be shown again, whole.

    ``there`` are photos that the record has already; an ``unfinished`` one may be empty.
    """
    good = form.validate()
    named = _receive(form, there) if good else _kept(form, there)
    show_photos(form, named)
    if not good or form.errors:
        return None
    if not unfinished and is_empty(form.observation(), len(named)):
        form.form_errors.append(_("写一句话、记一句群众原话，或附一张照片，再上报。"))
        return None
    return named


def show_photos(form: CaptureForm, named: Sequence[NamedPhoto]) -> None:
    """Offer the photos that are kept, each chosen."""
    form.kept.choices = [
        SelectChoice(photo.sha256, _("照片 %(n)s", n=i + 1)) for i, photo in enumerate(named)
    ]
    form.kept.data = [photo.sha256 for photo in named]


def _kept(form: CaptureForm, there: Sequence[NamedPhoto]) -> tuple[NamedPhoto, ...]:
    chosen = form.kept.data or ()
    own = queries.find_own_photos(current.store(), current.user().id, chosen)
    return tuple(dict.fromkeys([*(photo for photo in there if photo.sha256 in chosen), *own]))


def _receive(form: CaptureForm, there: Sequence[NamedPhoto]) -> tuple[NamedPhoto, ...]:
    """Keep the photos that came with the form; one that is none is named on the form, the others stay."""
    named, faults = dict.fromkeys(_kept(form, there)), []
    for file in form.photos.data or []:
        if isinstance(file, FileStorage) and file.filename:
            try:
                named[_keep_photo(file.read())] = None
            except (images.NotAPhotoError, images.TooManyPixelsError):
                faults.append(_("“%(name)s”不是能用的照片，请换一张。", name=file.filename))
            except photos.TooManyUnclaimedError:
                faults.append(_("没有上报的照片太多了。请先上报几条，再附照片。"))
    form.photos.errors = [*form.photos.errors, *faults]
    return tuple(named)


def _keep_photo(data: bytes) -> NamedPhoto:
    """Keep one photo; as on the phone, what goes in is a smaller copy without EXIF."""
    store = photos.PhotoStore(current.config().photos_dir)
    clean = images.check(data).full
    me = current.user().id
    photo, _fresh = photos.receive(current.store(), store, clean, sender_id=me, now=current.now())
    return photo
