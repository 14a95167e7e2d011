"""Files that come with an ordinary form, for browsers without scripts."""

from collections.abc import Sequence
from typing import IO, Any

from flask import flash
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from archive.models import Account
from archive.services.errors import Conflict, Invalid
from archive.services.intake import Arrived, Checked, add_recording, clean_file_name, keep
from archive.services.stories import story_by_slug
from archive.web.http import house
from uploads.storage import Received, StorageFull, TooLarge, receive


def add_each(slug: str, files: Sequence[FileStorage], who: Account) -> None:
    """Each becomes a further recording of the story, or a sentence on the next page."""
    for file in files:
        name = clean_file_name(file.filename or "")
        try:
            _add(slug, file, name, who)
        except (Invalid, Conflict) as refusal:
            flash(f"{name}: {refusal}", "fault")


def _add(slug: str, file: FileStorage, name: str, who: Account) -> None:
    def write(opened: Session, checked: Checked) -> None:
        add_recording(opened, story_by_slug(opened, slug, who), name, checked, by=who)

    came = received(file.stream)
    try:
        keep(house().db, house().storage, Arrived(came.path, name, give_away=True), write, by=who)
    finally:
        came.path.unlink(missing_ok=True)


def received(stream: IO[Any]) -> Received:
    """Onto the archive's own disk, out of the temporary file in which Werkzeug has the whole body by now."""
    try:
        return receive(stream, house().incoming, house().settings.max_upload_bytes)
    except (TooLarge, StorageFull) as refusal:
        raise Invalid(str(refusal), "file") from refusal
