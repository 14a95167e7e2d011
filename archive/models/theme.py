"""The thesaurus, and what people say they hear its themes in. Names of SKOS (W3C Recommendation, 18 August 2009)."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from archive.db import Base, Key, Moment, Name, Prose, Slug, now, states
from search.tokens import terms

WHOLE = text("words is null")  # a tagging of the whole story
FOLDED = 300  # characters of a folded label that are kept


def folded(label: str) -> str:
    """A label as search folds it: without capitals, accents and signs. Labels that differ may be folded to the same."""
    return " ".join(terms(label))[:FOLDED]


class Theme(Base):
    """A concept. label is its preferred label, in `language` where that is known; labels in other languages, other
    labels and notes are Wordings.

    curated: it stands in the thesaurus at a curator's wish; else somebody made it in passing, by tagging, and the
    public meets it only where it stands on a visible story. merged_into_id: where its address leads since it was
    merged; nothing is tagged with such a theme. uri: the concept's own, where it was imported. folded follows label.
    """

    __tablename__ = "theme"

    id: Mapped[Key]
    slug: Mapped[Slug]
    label: Mapped[Name]
    folded: Mapped[str] = mapped_column(String(FOLDED), index=True, server_default="")
    language: Mapped[str | None] = mapped_column(String(12))
    uri: Mapped[str | None] = mapped_column(String(400), unique=True)
    curated: Mapped[bool] = mapped_column(default=False, server_default=false())
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id", ondelete="SET NULL"), index=True)
    wordings: Mapped[list["Wording"]] = relationship(
        order_by="Wording.id", cascade="all, delete-orphan", passive_deletes=True
    )

    @validates("label")
    def _fold(self, _: str, label: str) -> str:
        self.folded = folded(label)
        return label


class WordingKind(StrEnum):
    PREFERRED = "prefLabel"
    OTHER = "altLabel"
    HIDDEN = "hiddenLabel"
    SCOPE = "scopeNote"
    DEFINITION = "definition"


class Wording(Base):
    """A label or a note of a theme. language is a BCP 47 tag, "" where nobody said. folded is the label as search
    folds it (search.tokens), cut after 300 characters; None for notes."""

    __tablename__ = "wording"
    __table_args__ = (Index("ix_wording_folded", "folded"),)

    id: Mapped[Key]
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), index=True)
    kind: Mapped[WordingKind] = mapped_column(states(WordingKind))
    language: Mapped[str] = mapped_column(String(12), default="", server_default="")
    text: Mapped[Prose]
    folded: Mapped[str | None] = mapped_column(String(300))


class LinkKind(StrEnum):
    BROADER = "broader"
    RELATED = "related"


class ThemeLink(Base):
    """from_id has to_id for a broader theme; or the two are related, the lower id first. No circle of broader themes:
    services.thesaurus refuses it."""

    __tablename__ = "theme_link"
    __table_args__ = (CheckConstraint("from_id <> to_id", name="two_themes"), UniqueConstraint("from_id", "to_id"))

    id: Mapped[Key]
    kind: Mapped[LinkKind] = mapped_column(states(LinkKind))
    from_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"))
    to_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), index=True)


class Tagging(Base):
    """A theme on a story, or on a stretch of it.

    Anchored to the recording's clock, with the words that were meant; passage_id only remembers where the
    anchor lies today, and is found anew when passages are cut anew. Text without times is anchored by words alone.
    by_id is whose account put it there, by_person_id the narrator who did so with a key card; neither: a source that
    was imported, or whoever runs the archive.
    """

    __tablename__ = "tagging"
    __table_args__ = (
        Index("ix_tagging_theme_story", "theme_id", "story_id"),
        Index("uq_tagging_story", "story_id", "theme_id", unique=True, sqlite_where=WHOLE, postgresql_where=WHOLE),
        Index("uq_tagging_passage", "theme_id", "passage_id", unique=True),
    )

    id: Mapped[Key]
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"))
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), index=True)
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id", ondelete="CASCADE"))
    start_ms: Mapped[int | None]
    end_ms: Mapped[int | None]
    words: Mapped[Prose | None]
    passage_id: Mapped[int | None] = mapped_column(ForeignKey("passage.id", ondelete="SET NULL"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    tagged_at: Mapped[Moment] = mapped_column(default=now)
    theme: Mapped[Theme] = relationship()


class Declined(Base):
    """A machine's suggestion of a theme for a passage to which a person said no: it is not made again."""

    __tablename__ = "declined"
    __table_args__ = (UniqueConstraint("theme_id", "passage_id"),)

    id: Mapped[Key]
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"))
    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
