"""for whom a story is told, and which story it answers"""

import sqlalchemy as sa
from alembic import op

from archive.db import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("to_story_id", sa.Integer(), nullable=False),
        sa.Column("to_recording_id", sa.Integer(), nullable=True),
        sa.Column("at_ms", sa.Integer(), nullable=True),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("story_id <> to_story_id", name=op.f("ck_reply_two_stories")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_reply_question_id_question"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_reply_story_id_story"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["to_recording_id"], ["recording.id"], name=op.f("fk_reply_to_recording_id_recording"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["to_story_id"], ["story.id"], name=op.f("fk_reply_to_story_id_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("story_id", "to_story_id", name=op.f("uq_reply_story_id_to_story_id")),
    )
    with op.batch_alter_table("reply") as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_to_story_id"), ["to_story_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reply_question_id"), ["question_id"], unique=False)
    with op.batch_alter_table("story") as batch_op:
        batch_op.add_column(sa.Column("for_whom", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("story") as batch_op:
        batch_op.drop_column("for_whom")
    with op.batch_alter_table("reply") as batch_op:
        batch_op.drop_index(batch_op.f("ix_reply_question_id"))
        batch_op.drop_index(batch_op.f("ix_reply_to_story_id"))
    op.drop_table("reply")
