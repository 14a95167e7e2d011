"""Questions that interviewers take along, and the moments at which they were asked."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base, Key, Moment, Name, Prose, Slug, now


class QuestionSet(Base):
    """A set of questions with a name, in the order in which an archive wants them."""

    __tablename__ = "question_set"

    id: Mapped[Key]
    slug: Mapped[Slug]
    title: Mapped[Name]
    note: Mapped[Prose | None]
    ordinal: Mapped[int] = mapped_column(default=0)
    questions: Mapped[list["Question"]] = relationship(
        order_by="Question.ordinal", back_populates="set", cascade="all, delete-orphan", passive_deletes=True
    )


class Question(Base):
    """A retired question is offered no more; where it was asked it goes on being named."""

    __tablename__ = "question"

    id: Mapped[Key]
    set_id: Mapped[int] = mapped_column(ForeignKey("question_set.id", ondelete="CASCADE"), index=True)
    slug: Mapped[Slug]
    text: Mapped[Prose]
    ordinal: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)
    set: Mapped[QuestionSet] = relationship(back_populates="questions")


class Asking(Base):
    """A question was asked at this moment of a recording. text is what was asked, also when the question is gone or
    was worded anew; at_ms counts on the recording's clock."""

    __tablename__ = "asking"
    __table_args__ = (Index("ix_asking_recording_at", "recording_id", "at_ms"),)

    id: Mapped[Key]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), index=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id", ondelete="CASCADE"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id", ondelete="SET NULL"), index=True)
    text: Mapped[Prose]
    at_ms: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    marked_at: Mapped[Moment] = mapped_column(default=now)
