"""a mixtape as one file"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from archive.db import UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

JOBS = "ck_job_jobkind"
BEFORE = ("process", "derive", "index", "purge", "meaning", "learn")


def _jobs_are(*kinds: str) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("job") as job:
        job.drop_constraint(op.f(JOBS), type_="check")
        job.create_check_constraint(op.f(JOBS), f"kind in ({allowed})")


def upgrade() -> None:
    _jobs_are(*BEFORE, "render")
    op.create_table(
        "rendering",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mixtape_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("webm", "mp3", "vtt", name="renderingkind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("storage_key", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stamp", sa.String(length=64), nullable=False),
        sa.Column("made_of", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mixtape_id"], ["mixtape.id"], name=op.f("fk_rendering_mixtape_id_mixtape"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rendering")),
        sa.UniqueConstraint("mixtape_id", "kind", name=op.f("uq_rendering_mixtape_id_kind")),
    )


def downgrade() -> None:
    op.drop_table("rendering")
    op.execute("delete from job where kind = 'render'")
    _jobs_are(*BEFORE)
