"""conversations that were not recorded, and people who do not want to be asked again"""

import sqlalchemy as sa
from alembic import op

from archive.db import UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("with_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("spoken_on", sa.Date(), nullable=False),
        sa.Column(
            "how",
            sa.Enum(
                "call", "visit", "letter", "message", name="how", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("left_open", sa.Text(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_conversation_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_conversation_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["with_id"], ["person.id"], name=op.f("fk_conversation_with_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
    )
    op.create_index(op.f("ix_conversation_person_id"), "conversation", ["person_id"])
    op.create_index(op.f("ix_conversation_by_id"), "conversation", ["by_id"])
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("let_be_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_column("let_be_at")
    op.drop_table("conversation")
