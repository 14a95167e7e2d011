"""mixtapes"""

import sqlalchemy as sa
from alembic import op

from archive.db import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mixtape",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("from_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("maker", sa.String(length=300), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("shown_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mixtape_account_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["from_id"], ["mixtape.id"], name=op.f("fk_mixtape_from_id_mixtape"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mixtape")),
        sa.UniqueConstraint("slug", name=op.f("uq_mixtape_slug")),
    )
    op.create_index(op.f("ix_mixtape_account_id"), "mixtape", ["account_id"])
    op.create_table(
        "mixtape_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mixtape_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("recording_id", sa.Integer(), nullable=True),
        sa.Column("start_ms", sa.Integer(), nullable=True),
        sa.Column("end_ms", sa.Integer(), nullable=True),
        sa.Column("said", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["mixtape_id"], ["mixtape.id"], name=op.f("fk_mixtape_item_mixtape_id_mixtape"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_mixtape_item_recording_id_recording"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mixtape_item")),
    )
    op.create_index("ix_mixtape_item_mixtape_ordinal", "mixtape_item", ["mixtape_id", "ordinal"])
    op.create_index(op.f("ix_mixtape_item_recording_id"), "mixtape_item", ["recording_id"])


def downgrade() -> None:
    op.drop_table("mixtape_item")
    op.drop_table("mixtape")
