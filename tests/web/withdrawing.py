"""A story that its narrator will take back, and how a test does that."""

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from archive.models import (
    Method,
    Scope,
    WithdrawalKind,
)
from archive.services.access import OPERATOR
from archive.services.agreements import Agreement
from archive.services.consent import record_consent
from archive.services.stories import About, start_hearing, story_by_slug
from archive.services.withdrawal import withdraw
from archive.wiring import House

SEALED, ERASED = WithdrawalKind.SEALED, WithdrawalKind.ERASED
TITLE = "What Zenobia saw"
SLUG = "what-zenobia-saw"
ABOUT = About(
    TITLE,
    ["Zenobia Quill"],
    interviewers=["Ignaz Holt"],
    place="Skagaströnd",
    why_told="Because of the kaleidoscope.",
    for_whom="Whoever keeps a kaleidoscope.",
)
WORDS = ("The kaleidoscope was under the floor.", "Nobody had asked for it.")
IN_A_MONTH = datetime.now(UTC) + timedelta(days=30)


def taken_back(house: House, slug: str, kind: WithdrawalKind = SEALED, **more: object) -> str:
    """Withdraw it; gives the receipt's code."""
    with house.db.writing() as session:
        return withdraw(session, story_by_slug(session, slug, OPERATOR), kind, by=OPERATOR, **more).code  # type: ignore[arg-type]


def agreed_anew(session: Session, slug: str, scopes: dict[Scope, str], person: str = "Zenobia Quill") -> None:
    story = story_by_slug(session, slug, OPERATOR)
    record_consent(session, story, Agreement(Method.FORM, scopes, person=person), by=OPERATOR)
    start_hearing(session, story)


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def files(house: House) -> set[str]:
    folder = house.settings.data / "files"
    return {path.relative_to(folder).parts[0] for path in folder.rglob("*") if path.is_file()}
