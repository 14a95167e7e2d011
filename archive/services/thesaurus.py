"""The thesaurus as curators keep it: themes made, described, put in their place, taken in and taken out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from archive.models import LinkKind, Tagging, Theme, ThemeLink, Wording, WordingKind
from archive.models.theme import folded
from archive.services.access import Action, Actor, require
from archive.services.errors import Conflict, Invalid, NotFound
from archive.services.hierarchy import broader_links, broader_of, narrower_of, refuse_circle
from archive.services.labels import LABELS, clean_label, plain, target, theme_with, themes_named
from archive.services.learning import follow
from archive.services.slugs import free_slug

LONGEST = 200  # characters of a label that a curator writes, or that is imported
LONGEST_NOTE = 5000
MOST_WORDINGS = 200
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
# ISO 639-1, two letters each. A code of three letters is taken as it is: there are thousands.
CODES = frozenset(re.findall(
    "..",
    "aaabaeafakamanarasavayazbabebgbhbibmbnbobrbscacechcocrcscucvcydadedvdzeeeleneoeseteufafffifjfofrfygagdglgngu"
    "gvhahehihohrhthuhyhziaidieigiiikioisitiujajvkakgkikjkkklkmknkokrkskukvkwkylalblglilnloltlulvmgmhmimkmlmnmrms"
    "mtmynanbndnengnlnnnonrnvnyocojomorospapiplpsptqurmrnrorurwsascsdsesgshsiskslsmsnsosqsrssstsusvswtatetgthtitk"
    "tltntotrtstttwtyugukuruzvevivowawoxhyiyozazhzu"
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A label or a note. language "" where nobody said."""

    kind: WordingKind
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """All that is said of a theme. broader and related are labels of themes that are here."""

    label: str
    language: str = ""
    said: tuple[Said, ...] = ()
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = field(default=())


def theme_at(session: Session, slug: str, *, by: Actor) -> Theme:
    """For those who edit. Raises NotFound."""
    require(by, Action.EDIT_THEMES)
    theme = session.scalars(select(Theme).where(Theme.slug == slug)).one_or_none()
    if theme is None:
        raise NotFound("There is no such theme here.")
    return theme


def is_language(code: str) -> bool:
    """Whether it is a BCP 47 tag (RFC 5646) whose first part is a language's; "" is none said."""
    if code == "":
        return True
    first = code.split("-")[0].lower()
    return LANGUAGE.fullmatch(code) is not None and len(code) <= 12 and (len(first) == 3 or first in CODES)


def clean(given: Said, field: str) -> Said:
    """Raises Invalid with the sentence for whoever wrote it."""
    if not is_language(given.language):
        raise Invalid(f"“{given.language[:20]}” is no language code; write de, en or pt-BR, say.", field)
    if given.kind in LABELS:
        return Said(given.kind, clean_label(given.text, LONGEST, field), given.language)
    text = "\n".join(" ".join(line.split()) for line in given.text.replace("\0", " ").splitlines()).strip()
    if len(text) > LONGEST_NOTE:
        raise Invalid(f"A note is {LONGEST_NOTE:,} characters long at most.", field)
    return Said(given.kind, text, given.language)


def make_theme(session: Session, described: Described, *, by: Actor) -> Theme:
    """A new one, in the thesaurus at once. Raises Conflict where a theme has this name already."""
    require(by, Action.EDIT_THEMES)
    label = clean_label(described.label, LONGEST, "label")
    theme = Theme(label=label, slug=free_slug(session, Theme.slug, label, "theme"))
    _refuse_taken(session, theme, label)
    session.add(theme)
    session.flush()
    describe(session, theme, described, by=by)
    return theme


def describe(session: Session, theme: Theme, described: Described, *, by: Actor) -> None:
    """Say all of it anew. Whatever a curator describes stands in the thesaurus from then on."""
    require(by, Action.EDIT_THEMES)
    _refuse_merged(theme)
    said = Said(WordingKind.PREFERRED, described.label, described.language)
    first = clean(said, "label")
    _refuse_taken(session, theme, first.text)
    theme.label, theme.language, theme.curated = first.text, first.language or None, True
    write_wordings(theme, first, described.said)
    _place(session, theme, described)
    follow(session, [theme.id])


def write_wordings(theme: Theme, first: Said, said: Iterable[Said]) -> None:
    """Raises Invalid where SKOS forbids it: two preferred labels in one language (S14), or one label in two parts
    (S13)."""
    cleaned = [each for given in said if (each := clean(given, given.kind.value)).text]
    if len(cleaned) > MOST_WORDINGS:
        raise Invalid(f"A theme has {MOST_WORDINGS} labels and notes at most.", "altLabel")
    labels = [each for each in (first, *cleaned) if each.kind in LABELS]
    preferred = [each.language.lower() for each in labels if each.kind == WordingKind.PREFERRED]
    if twice := next((code for code in preferred if preferred.count(code) > 1), None):
        raise Invalid(f"There are two preferred labels in the language “{twice}”.", "prefLabel")
    if preferred.count("") > 1:
        raise Invalid("There are two preferred labels without a language.", "prefLabel")
    kept: dict[tuple[str, str, str], Said] = {}
    seen: dict[tuple[str, str], Said] = {}
    for each in labels:
        before = seen.setdefault((plain(each.text), each.language.lower()), each)
        if before.kind != each.kind:
            raise Invalid(f"“{each.text[:60]}” is given as two kinds of label at once.", each.kind.value)
    for each in cleaned:
        kept.setdefault((each.kind, each.language.lower(), plain(each.text)), each)
    held = {(row.kind, row.language, row.text): row for row in theme.wordings}
    now = [held.get((s.kind, s.language, s.text)) or wording(s) for s in kept.values()]
    if set(map(id, now)) != set(map(id, theme.wordings)):
        theme.wordings[:] = now


def wording(said: Said) -> Wording:
    key = folded(said.text) if said.kind in LABELS else None
    return Wording(kind=said.kind, language=said.language, text=said.text, folded=key)


def _refuse_merged(theme: Theme) -> None:
    if theme.merged_into_id is not None:
        raise Conflict("This theme was merged into another one.")


def _refuse_taken(session: Session, theme: Theme, label: str) -> None:
    """Two themes of one name would be two for nobody but a machine."""
    query = select(Theme).where(Theme.folded == folded(label), Theme.merged_into_id.is_(None))
    taken = [each for each in session.scalars(query) if each is not theme and plain(each.label) == plain(label)]
    if taken:
        raise Invalid(f"There is a theme “{taken[0].label}” already. Merge the two, or choose another name.", "label")


def _place(session: Session, theme: Theme, described: Described) -> None:
    broader = _named(session, described.broader, "broader")
    related = _named(session, described.related, "related")
    for each in (*broader, *related):
        if each.id == theme.id:
            raise Invalid("A theme is neither broader than itself nor related to itself.", "broader")
    links = broader_links(session) | {theme.id: {each.id for each in broader}}
    refuse_circle(session, {theme.id: links[theme.id], **links})
    session.execute(
        delete(ThemeLink).where(
            or_(
                ThemeLink.from_id == theme.id,
                (ThemeLink.to_id == theme.id) & (ThemeLink.kind == LinkKind.RELATED),
            )
        )
    )
    session.add_all(ThemeLink(kind=LinkKind.BROADER, from_id=theme.id, to_id=each.id) for each in broader)
    session.flush()
    _refuse_both(session, theme, related)
    session.add_all(related_link(theme.id, each.id) for each in related)
    session.flush()


def _named(session: Session, labels: Sequence[str], field: str) -> list[Theme]:
    found = themes_named(session, labels)
    for label in labels:
        if plain(label) not in found:
            raise Invalid(f"There is no theme “{label[:80]}”. Make it first.", field)
    return list(dict.fromkeys(found[plain(label)] for label in labels))


def related_link(one: int, other: int) -> ThemeLink:
    return ThemeLink(kind=LinkKind.RELATED, from_id=min(one, other), to_id=max(one, other))


def _refuse_both(session: Session, theme: Theme, related: Sequence[Theme]) -> None:
    """SKOS S27: what is broader or narrower, through any steps, is not related as well."""
    line = broader_of(session, [theme.id])[theme.id] | narrower_of(session, [theme.id])[theme.id]
    for each in related:
        if each.id in line:
            raise Invalid(f"“{each.label}” stands above or below it already, so it is not related as well.", "related")


def set_curated(session: Session, theme: Theme, curated: bool, *, by: Actor) -> None:
    """Take a theme that was made in passing into the thesaurus, or out of it again; what carries it stays."""
    require(by, Action.EDIT_THEMES)
    _refuse_merged(theme)
    theme.curated = curated
    follow(session, [theme.id], links=False)


def remove(session: Session, theme: Theme, *, by: Actor) -> None:
    """Only while nothing carries it. What was narrower stands below what was broader; addresses of themes that were
    merged into it end with it."""
    require(by, Action.EDIT_THEMES)
    if session.scalar(select(Tagging.id).where(Tagging.theme_id == theme.id).limit(1)) is not None:
        raise Conflict("Passages or stories carry this theme. Merge it into another one instead.")
    below = list(_links_of(session, ThemeLink.to_id == theme.id))
    above = list(_links_of(session, ThemeLink.from_id == theme.id))
    held = broader_links(session)
    for low in below:
        for high in above:
            if high.to_id not in held.get(low.from_id, ()):
                session.add(ThemeLink(kind=LinkKind.BROADER, from_id=low.from_id, to_id=high.to_id))
    follow(session, [theme.id])
    session.execute(delete(Theme).where(Theme.merged_into_id == theme.id))
    session.delete(theme)
    session.flush()


def _links_of(session: Session, where: object) -> Iterable[ThemeLink]:
    return session.scalars(select(ThemeLink).where(ThemeLink.kind == LinkKind.BROADER, where))  # type: ignore[arg-type]


def theme_by_name(session: Session, label: str) -> Theme:
    """By any label, or by its address. Raises Invalid."""
    found = theme_with(session, label) or session.scalars(select(Theme).where(Theme.slug == label)).one_or_none()
    if found is None:
        raise Invalid(f"There is no theme “{label[:80]}”.", "into")
    return target(session, found)
