"""Photos that come with a form about a problem: kept at once, so that a refusal loses none."""

from __future__ import annotations

from werkzeug.datastructures import FileStorage
from wtforms.fields import SelectChoice

from survey_app import current
from survey_app.i18n import _
from survey_app.rectification.finding_forms import MOST_PHOTOS, EvidenceForm
from survey_app.sync import images, photos
from survey_app.visits.queries import find_own_photos


def photo_store() -> photos.PhotoStore:
    """Return where this app keeps photos."""
    return photos.PhotoStore(current.config().photos_dir)


def take(form: EvidenceForm) -> list[str]:
    """Keep the photos of a form and return their digests; what cannot be kept is said beside the field."""
    me, store = current.user().id, current.store()
    named = [photo.sha256 for photo in find_own_photos(store, me, form.kept.data or ())]
    for file in form.photos.data or []:
        if isinstance(file, FileStorage) and file.filename:
            fault = _keep(file, named)
            form.photos.errors = [*form.photos.errors, *([fault] if fault else [])]
    digests = list(dict.fromkeys(named))
    if len(digests) > MOST_PHOTOS:
        form.photos.errors = [*form.photos.errors, _("最多 %(n)s 张照片，请去掉几张。", n=MOST_PHOTOS)]
    form.kept.choices = [
        SelectChoice(digest, _("照片 %(n)s", n=n)) for n, digest in enumerate(digests, start=1)
    ]
    form.kept.data = digests
    return digests


def _keep(file: FileStorage, named: list[str]) -> str:
    """Keep one photo as a smaller copy without EXIF and note its digest; return what is wrong with it."""
    try:
        clean = images.check(file.read()).full
        photo, _fresh = photos.receive(
            current.store(), photo_store(), clean, sender_id=current.user().id, now=current.now()
        )
    except (images.NotAPhotoError, images.TooManyPixelsError):
        return _("“%(name)s”不是能用的照片，请换一张。", name=file.filename)
    except photos.TooManyUnclaimedError:
        return _("没有用上的照片太多了。请先反馈几条，再附照片。")
    named.append(photo.sha256)
    return ""
