"""uploads in pieces, corrections, questions, moods"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from archive.db import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COPIES = "ck_copy_copykind"


def _copies_are(*kinds: str) -> None:
    """The values that the database lets a copy's kind have."""
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("copy") as copy:
        copy.drop_constraint(op.f(COPIES), type_="check")
        copy.create_check_constraint(op.f(COPIES), f"kind in ({allowed})")


def upgrade() -> None:
    _copies_are("opus", "aac", "video")
    op.create_table(
        "question_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_set")),
        sa.UniqueConstraint("slug", name=op.f("uq_question_set_slug")),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"], ["question_set.id"], name=op.f("fk_question_set_id_question_set"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("slug", name=op.f("uq_question_slug")),
    )
    op.create_index(op.f("ix_question_set_id"), "question", ["set_id"], unique=False)
    op.create_table(
        "mood",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "moment",
            sa.Enum("before", "after", name="moodmoment", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("hope", sa.Float(), nullable=True),
        sa.Column("conviction", sa.Float(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("read_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("conviction between -2 and 2", name=op.f("ck_mood_conviction_on_its_axis")),
        sa.CheckConstraint("hope between -2 and 2", name=op.f("ck_mood_hope_on_its_axis")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_mood_by_id_account"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mood_person_id_person")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_mood_story_id_story"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mood")),
        sa.UniqueConstraint("story_id", "person_id", "moment", name=op.f("uq_mood_story_id_person_id_moment")),
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("askings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("concat", sa.Text(), nullable=True),
        sa.Column("length", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "arriving",
                "arrived",
                "kept",
                "refused",
                name="uploadstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("length is null or length >= 0", name=op.f("ck_upload_length_not_negative")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_upload_owner_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_upload_story_id_story"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index("ix_upload_owner_state", "upload", ["owner_id", "state"], unique=False)
    op.create_index(op.f("ix_upload_story_id"), "upload", ["story_id"], unique=False)
    op.create_table(
        "asking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("marked_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_asking_by_id_account"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_asking_question_id_question"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_asking_recording_id_recording"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_asking_story_id_story"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asking")),
    )
    op.create_index(op.f("ix_asking_question_id"), "asking", ["question_id"], unique=False)
    op.create_index("ix_asking_recording_at", "asking", ["recording_id", "at_ms"], unique=False)
    op.create_index(op.f("ix_asking_story_id"), "asking", ["story_id"], unique=False)
    op.create_table(
        "edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=True),
        sa.Column(
            "act",
            sa.Enum(
                "correct",
                "split",
                "merge",
                "verify",
                "rename",
                "restore",
                name="editact",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("start_ms", sa.Integer(), nullable=True),
        sa.Column("end_ms", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("after", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_edit_by_id_account"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_edit_recording_id_recording"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_edit_story_id_story"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit")),
    )
    op.create_index("ix_edit_story_at", "edit", ["story_id", "id"], unique=False)
    op.add_column("job", sa.Column("began_at", sa.Float(precision=53), nullable=True))
    op.add_column("job", sa.Column("began_with", sa.Float(), nullable=True))
    op.add_column("passage", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("recording", sa.Column("voices_told", sa.Text(), nullable=True))
    op.add_column("story", sa.Column("voices", sa.Integer(), nullable=True))
    op.add_column("story", sa.Column("glossary", sa.Text(), nullable=True))


def downgrade() -> None:
    op.execute("delete from copy where kind = 'video'")
    _copies_are("opus", "aac")

    op.drop_column("story", "glossary")
    op.drop_column("story", "voices")
    op.drop_column("recording", "voices_told")
    op.drop_column("passage", "version")
    op.drop_column("job", "began_with")
    op.drop_column("job", "began_at")
    op.drop_index("ix_edit_story_at", table_name="edit")
    op.drop_table("edit")
    op.drop_index(op.f("ix_asking_story_id"), table_name="asking")
    op.drop_index("ix_asking_recording_at", table_name="asking")
    op.drop_index(op.f("ix_asking_question_id"), table_name="asking")
    op.drop_table("asking")
    op.drop_index(op.f("ix_upload_story_id"), table_name="upload")
    op.drop_index("ix_upload_owner_state", table_name="upload")
    op.drop_table("upload")
    op.drop_table("mood")
    op.drop_index(op.f("ix_question_set_id"), table_name="question")
    op.drop_table("question")
    op.drop_table("question_set")
