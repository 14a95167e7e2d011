"""how passages feel to people, and shelves that curators put up

Two shelves to begin with, empty: whoever removes them is not given them again.
"""

import sqlalchemy as sa
from alembic import op

from archive.db import UTCDateTime, now

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SHELVES = (
    ("hopeful-stories-about-people", "Hopeful stories about people"),
    ("hopeful-stories-about-technology", "Hopeful stories about technology"),
)
WHOLE = sa.text("whole")
READERS = ("listener", "interviewer", "narrator")


def upgrade() -> None:
    _readings()
    _shelves()
    shelf = sa.table(
        "public_shelf",
        *(sa.column(name, sa.String) for name in ("slug", "title")),
        sa.column("ordinal", sa.Integer),
        sa.column("open", sa.Boolean),
        sa.column("created_at", UTCDateTime()),
    )
    op.bulk_insert(
        shelf,
        [
            {"slug": slug, "title": title, "ordinal": place, "open": True, "created_at": now()}
            for place, (slug, title) in enumerate(SHELVES)
        ],
    )


def _readings() -> None:
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=True),
        sa.Column("passage_id", sa.Integer(), nullable=True),
        sa.Column("start_ms", sa.Integer(), nullable=True),
        sa.Column("end_ms", sa.Integer(), nullable=True),
        sa.Column("hope", sa.Float(), nullable=True),
        sa.Column("conviction", sa.Float(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(*READERS, name="reader", native_enum=False, length=20, create_constraint=True),
            nullable=False,
        ),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("hope between -2 and 2", name=op.f("ck_reading_hope_on_its_axis")),
        sa.CheckConstraint("conviction between -2 and 2", name=op.f("ck_reading_conviction_on_its_axis")),
        sa.CheckConstraint("hope is not null or conviction is not null", name=op.f("ck_reading_something_is_said")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_reading_by_id_account"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_reading_passage_id_passage"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reading_person_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_reading_recording_id_recording"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_reading_story_id_story"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        sa.UniqueConstraint("passage_id", "by_id", name=op.f("uq_reading_passage_id_by_id")),
        sa.UniqueConstraint("passage_id", "person_id", name=op.f("uq_reading_passage_id_person_id")),
    )
    for name, column in (("uq_reading_story_by", "by_id"), ("uq_reading_story_person", "person_id")):
        op.create_index(name, "reading", ["story_id", column], unique=True, sqlite_where=WHOLE, postgresql_where=WHOLE)
    op.create_index("ix_reading_by_made", "reading", ["by_id", "made_at"])
    op.create_index(op.f("ix_reading_story_id"), "reading", ["story_id"])
    op.create_index(op.f("ix_reading_recording_id"), "reading", ["recording_id"])


def _shelves() -> None:
    op.create_table(
        "public_shelf",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_shelf")),
        sa.UniqueConstraint("slug", name=op.f("uq_public_shelf_slug")),
    )
    op.create_table(
        "public_shelf_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shelf_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=True),
        sa.Column("passage_id", sa.Integer(), nullable=True),
        sa.Column("start_ms", sa.Integer(), nullable=True),
        sa.Column("end_ms", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("put_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_public_shelf_item_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_public_shelf_item_passage_id_passage"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recording.id"],
            name=op.f("fk_public_shelf_item_recording_id_recording"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shelf_id"],
            ["public_shelf.id"],
            name=op.f("fk_public_shelf_item_shelf_id_public_shelf"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_public_shelf_item_story_id_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_shelf_item")),
        sa.UniqueConstraint("shelf_id", "passage_id", name=op.f("uq_public_shelf_item_shelf_id_passage_id")),
    )
    op.create_index(
        "uq_public_shelf_item_story",
        "public_shelf_item",
        ["shelf_id", "story_id"],
        unique=True,
        sqlite_where=WHOLE,
        postgresql_where=WHOLE,
    )
    op.create_index("ix_public_shelf_item_shelf_ordinal", "public_shelf_item", ["shelf_id", "ordinal"])
    for column in ("story_id", "recording_id", "passage_id"):
        op.create_index(op.f(f"ix_public_shelf_item_{column}"), "public_shelf_item", [column])


def downgrade() -> None:
    op.drop_table("public_shelf_item")
    op.drop_table("public_shelf")
    op.drop_table("reading")
