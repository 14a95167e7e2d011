"""Mixtapes: made by whoever is signed in, played by everyone once open, and ruled by every consent for ever."""

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive.db import now
from archive.models import Mixtape, MixtapeItem
from archive.services.access import Action, Actor, account_of, require
from archive.services.anchors import Anchor, anchored
from archive.services.clips import Clip, clip_at
from archive.services.desk import one_line
from archive.services.errors import Conflict, Invalid, NotFound
from archive.services.renderings import throw_away
from archive.services.slugs import free_slug

MAX_TITLE, MAX_MAKER, MAX_REASON, MAX_WORDS = 120, 80, 2_000, 4_000
MOST_ITEMS, MOST_MIXTAPES = 500, 200
LATER = "This mixtape was changed meanwhile, here or by somebody else. Here it is as it stands now; please look again."
GONE = "There is no such mixtape here."


def begin(session: Session, title: str, *, by: Actor) -> Mixtape:
    owner = _owner(by)
    many = session.scalar(select(func.count(Mixtape.id)).where(Mixtape.account_id == owner)) or 0
    if many >= MOST_MIXTAPES:
        raise Conflict(f"A desk has room for {MOST_MIXTAPES} mixtapes. Take one away first.")
    title = one_line(title, "mixtape", MAX_TITLE)
    made = Mixtape(account_id=owner, title=title, slug=free_slug(session, Mixtape.slug, title, "mixtape"))
    session.add(made)
    session.flush()
    return made


def _owner(by: Actor) -> int:
    require(by, Action.MIX)
    account = account_of(by)
    if account is None:
        raise NotFound("Only an account has mixtapes of its own.")
    return account.id


def prose(given: str, field: str, most: int) -> str:
    cleaned = given.replace("\0", "").replace("\r\n", "\n").strip()
    if len(cleaned) > most:
        raise Invalid(f"That is longer than {most:,} characters. Please say it in fewer.", field)
    return cleaned


def mixtape(session: Session, slug: str, *, by: Actor) -> Mixtape:
    """One that is open, or one's own. Raises NotFound in the same words for the others."""
    held = session.scalars(select(Mixtape).where(Mixtape.slug == slug)).one_or_none()
    account = account_of(by)
    if held is None or not (held.open or (account and account.id == held.account_id)):
        raise NotFound(GONE)
    return held


def mine(session: Session, *, by: Actor) -> Sequence[Mixtape]:
    """The one changed last comes first."""
    owned = Mixtape.account_id == _owner(by)
    return session.scalars(select(Mixtape).where(owned).order_by(Mixtape.changed_at.desc(), Mixtape.id.desc())).all()


def open_ones(session: Session, offset: int = 0, limit: int = 50) -> tuple[Sequence[Mixtape], int]:
    """The latest first, never by popularity; and how many there are."""
    total = session.scalar(select(func.count(Mixtape.id)).where(Mixtape.open)) or 0
    query = select(Mixtape).where(Mixtape.open).order_by(Mixtape.shown_at.desc(), Mixtape.id.desc())
    return session.scalars(query.offset(offset).limit(limit)).all(), total


def require_own(held: Mixtape, *, by: Actor) -> None:
    """Raises NotFound, for whoever may hear it, and change nothing of it."""
    if held.account_id != _owner(by):
        raise NotFound(GONE)


def at_work(session: Session, slug: str, version: int | None = None, *, by: Actor) -> Mixtape:
    """One's own, to be changed: its version goes up. Raises Conflict where version is not its version any more."""
    held = mixtape(session, slug, by=by)
    require_own(held, by=by)
    claim = update(Mixtape).where(Mixtape.id == held.id)
    if version is not None:
        claim = claim.where(Mixtape.version == version)
    changed = session.execute(claim.values(version=Mixtape.version + 1, changed_at=now()))
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise Conflict(LATER)
    session.refresh(held)
    return held


def describe(session: Session, held: Mixtape, title: str, maker: str, reason: str) -> None:
    """Its address stays what it was."""
    held.title = one_line(title, "mixtape", MAX_TITLE)
    held.maker = one_line(maker, "maker", MAX_MAKER) if maker.strip() else None
    held.reason = prose(reason, "reason", MAX_REASON) or None
    session.flush()


def show(session: Session, held: Mixtape, *, to_everyone: bool) -> None:
    if to_everyone and not any(each.recording_id for each in items_of(session, held)):
        raise Invalid("There is no voice on this mixtape yet. Please put one on it first.", "open")
    held.open = to_everyone
    held.shown_at = held.shown_at or (now() if to_everyone else None)
    session.flush()


def remove(session: Session, held: Mixtape) -> None:
    throw_away(session, held.id)
    session.delete(held)
    session.flush()


def items_of(session: Session, held: Mixtape) -> list[MixtapeItem]:
    query = select(MixtapeItem).where(MixtapeItem.mixtape_id == held.id)
    return list(session.scalars(query.order_by(MixtapeItem.ordinal, MixtapeItem.id)))


def add_clip(session: Session, held: Mixtape, key: str, *, by: Actor, secret: str) -> MixtapeItem:
    """At its end. Raises Invalid where the people in the story do not want it used in something new."""
    clip = clip_at(session, key, by=by, secret=secret)
    if not clip.story.remix:
        raise Invalid("The people in this story have not agreed that passages of it are used in something new.", "clip")
    placed = clip.placed
    anchor = anchored(session, clip.recording, placed.start_ms, placed.end_ms, secret=secret)
    made = MixtapeItem(
        recording_id=anchor.recording_id, start_ms=anchor.start_ms, end_ms=anchor.end_ms, said=anchor.said
    )
    return added(session, held, made)


def add_words(session: Session, held: Mixtape, words: str) -> MixtapeItem:
    said = prose(words, "words", MAX_WORDS)
    if not said:
        raise Invalid("Please write some words.", "words")
    return added(session, held, MixtapeItem(words=said))


def added(session: Session, held: Mixtape, item: MixtapeItem) -> MixtapeItem:
    """At its end. Raises Conflict where it is full."""
    there = items_of(session, held)
    if len(there) >= MOST_ITEMS:
        raise Conflict(f"A mixtape holds {MOST_ITEMS} pieces at most. Begin another one, or take something off.")
    item.mixtape_id, item.ordinal = held.id, there[-1].ordinal + 1 if there else 0
    session.add(item)
    session.flush()
    return item


def item_of(session: Session, held: Mixtape, item_id: int) -> MixtapeItem:
    item = session.get(MixtapeItem, item_id)
    if item is None or item.mixtape_id != held.id:
        raise NotFound("That is not on this mixtape any more.")
    return item


def rewrite(session: Session, item: MixtapeItem, words: str) -> None:
    said = prose(words, "words", MAX_WORDS)
    if item.words is None or not said:
        raise Invalid("Please write some words.", "words")
    item.words = said
    session.flush()


def clip_of(session: Session, item: MixtapeItem, *, by: Actor, secret: str) -> Clip:
    """What a clip holds today. Raises NotFound for a gap, and for words between."""
    if item.recording_id is None or item.start_ms is None or item.end_ms is None:
        raise NotFound("There is no voice at this place of the mixtape.")
    anchor = Anchor(item.recording_id, item.start_ms, item.end_ms, item.said or "")
    return clip_at(session, anchor.key, by=by, secret=secret)


def trim(session: Session, item: MixtapeItem, start_ms: int, end_ms: int, *, by: Actor, secret: str) -> None:
    """Other words of the same recording, on its clock. Raises Invalid where nothing is said, or too much."""
    clip = clip_of(session, item, by=by, secret=secret)
    if end_ms <= start_ms:
        raise Invalid("The last word has to come after the first one.", "to")
    anchor = anchored(session, clip.recording, start_ms, end_ms, secret=secret)
    item.start_ms, item.end_ms, item.said = anchor.start_ms, anchor.end_ms, anchor.said
    session.flush()


def move(session: Session, held: Mixtape, item: MixtapeItem, to: int) -> None:
    """To this place, counted from 0; before the first is the first, behind the last the last."""
    there = [each for each in items_of(session, held) if each.id != item.id]
    there.insert(max(0, min(to, len(there))), item)
    for ordinal, each in enumerate(there):
        each.ordinal = ordinal
    session.flush()


def take_off(session: Session, item: MixtapeItem) -> None:
    session.delete(item)
    session.flush()


def copy(session: Session, held: Mixtape, *, by: Actor) -> Mixtape:
    """One's own, to go on from; it says where it comes from."""
    made = begin(session, held.title, by=by)
    made.from_id, made.reason = held.id, held.reason
    for item in items_of(session, held):
        session.add(
            MixtapeItem(
                mixtape_id=made.id, ordinal=item.ordinal, words=item.words, recording_id=item.recording_id,
                start_ms=item.start_ms, end_ms=item.end_ms, said=item.said,
            )
        )  # fmt: skip
    session.flush()
    return made
