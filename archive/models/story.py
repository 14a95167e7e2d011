"""A story: what the public sees of a conversation."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base, Key, Moment, Name, Prose, Slug, now, states
from archive.models.person import Part, Participation, Person

if TYPE_CHECKING:
    from archive.models.recording import Recording


class StoryState(StrEnum):
    DRAFT = "draft"
    PROCESSING = "processing"
    REVIEW = "review"
    PUBLISHED = "published"
    FAILED = "failed"
    SEALED = "sealed"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class Story(Base):
    """listed to open_until repeat what the consent ledger says, so that one SQL clause can ask; services.consent writes
    them in the transaction that writes the ledger, and nobody else does. _link: whoever was given the story's link may.

    suspended_at: nobody outside sees it while a request to take it down is looked at. listed_at: when the public could
    first know of it. link_version: a higher one makes the links given out before worthless.
    """

    __tablename__ = "story"
    __table_args__ = (Index("ix_story_shown", "state", "published_at"),)

    id: Mapped[Key]
    slug: Mapped[Slug]
    title: Mapped[Name]
    state: Mapped[StoryState] = mapped_column(states(StoryState), default=StoryState.DRAFT)
    why_told: Mapped[Prose | None]
    why_recorded: Mapped[Prose | None]
    for_whom: Mapped[Prose | None]
    language: Mapped[str | None] = mapped_column(String(12))
    recorded_on: Mapped[date | None]
    place: Mapped[Name | None]
    voices: Mapped[int | None]  # how many people speak, as the interviewer says; None where nobody said
    glossary: Mapped[Prose | None]  # names that a machine could not guess, one a line
    sample_of: Mapped[Prose | None]  # the demo's sample says here what it is and where it is from
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    listed: Mapped[bool] = mapped_column(default=False, server_default=false())
    text_open: Mapped[bool] = mapped_column(default=False)
    sound_open: Mapped[bool] = mapped_column(default=False)
    text_link: Mapped[bool] = mapped_column(default=False, server_default=false())
    sound_link: Mapped[bool] = mapped_column(default=False, server_default=false())
    remix: Mapped[bool] = mapped_column(default=False, server_default=false())
    embed: Mapped[bool] = mapped_column(default=False, server_default=false())
    mining: Mapped[bool] = mapped_column(default=False, server_default=false())
    open_until: Mapped[date | None]
    link_version: Mapped[int] = mapped_column(default=1, server_default="1")
    suspended_at: Mapped[Moment | None]
    listed_at: Mapped[Moment | None]
    duration_ms: Mapped[int | None]
    opening: Mapped[str | None] = mapped_column(String(400))
    created_at: Mapped[Moment] = mapped_column(default=now)
    changed_at: Mapped[Moment] = mapped_column(default=now, onupdate=now)
    published_at: Mapped[Moment | None]

    participations: Mapped[list[Participation]] = relationship(
        order_by=Participation.ordinal, cascade="all, delete-orphan", passive_deletes=True
    )
    recordings: Mapped[list["Recording"]] = relationship(
        order_by="Recording.ordinal", back_populates="story", cascade="all, delete-orphan", passive_deletes=True
    )

    def people(self, part: Part) -> list[Person]:
        """As the public meets them."""
        return [taken.person for taken in self.participations if taken.part == part]

    def themselves(self, part: Part) -> list[Person]:
        """The people behind the names."""
        return [taken.who for taken in self.participations if taken.part == part]

    def begins(self, recording_id: int | None) -> int:
        """Where a recording begins on the story's timeline, on which its recordings play one after another; in ms."""
        start = 0
        for recording in self.recordings:
            if recording.id == recording_id:
                return start
            start += recording.duration_ms
        return 0  # text without sound

    def at(self, recording_id: int | None, ms: int | None) -> int | None:
        """A moment of a recording, on the story's timeline."""
        return None if ms is None else self.begins(recording_id) + ms

    @property
    def narrators(self) -> list[Person]:
        return self.people(Part.NARRATOR)

    @property
    def tellers(self) -> list[Person]:
        """The narrators themselves, whatever names they go by: theirs is the consent."""
        return self.themselves(Part.NARRATOR)

    @property
    def interviewers(self) -> list[Person]:
        return self.people(Part.INTERVIEWER)
