"""What people changed in a transcript: each act with the passages as they stood before it and after it."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base, Json, Key, Moment, now, states


class EditAct(StrEnum):
    CORRECT = "correct"  # words, times or voice of one passage
    SPLIT = "split"
    MERGE = "merge"
    VERIFY = "verify"
    RENAME = "rename"  # a voice, wherever it speaks in the story
    RESTORE = "restore"


class Edit(Base):
    """Lines are added, never changed. before and after are {"passages": [{"id", "ordinal", "start_ms", "end_ms",
    "speaker", "text", "words", "confidence", "state"}, …]}; for RENAME {"speaker": name, "ids": [passage ids]}.

    start_ms and end_ms are on the recording's clock, so that the history of a stretch is found whatever became of
    its passages since.
    """

    __tablename__ = "edit"
    __table_args__ = (Index("ix_edit_story_at", "story_id", "id"),)

    id: Mapped[Key]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id", ondelete="CASCADE"))
    act: Mapped[EditAct] = mapped_column(states(EditAct))
    start_ms: Mapped[int | None]
    end_ms: Mapped[int | None]
    before: Mapped[Json]
    after: Mapped[Json]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[Moment] = mapped_column(default=now)
