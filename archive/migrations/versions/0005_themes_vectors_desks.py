"""the thesaurus, what passages mean as numbers, and what people keep on their desks"""

import sqlalchemy as sa
from alembic import op

from archive.db import UTCDateTime
from search.tokens import terms

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


JOBS = "ck_job_jobkind"
BEFORE = ("process", "derive", "index", "purge")


def _jobs_are(*kinds: str) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("job") as job:
        job.drop_constraint(op.f(JOBS), type_="check")
        job.create_check_constraint(op.f(JOBS), f"kind in ({allowed})")


def upgrade() -> None:
    _jobs_are(*BEFORE, "meaning", "learn")
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_saved_search_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("account_id", "query", name=op.f("uq_saved_search_account_id_query")),
    )
    op.create_table(
        "shelf",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_shelf_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf")),
        sa.UniqueConstraint("account_id", "name", name=op.f("uq_shelf_account_id_name")),
    )
    op.create_table(
        "theme_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("broader", "related", name="linkkind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_theme_link_two_themes")),
        sa.ForeignKeyConstraint(
            ["from_id"], ["theme.id"], name=op.f("fk_theme_link_from_id_theme"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_id"], ["theme.id"], name=op.f("fk_theme_link_to_id_theme"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_link")),
        sa.UniqueConstraint("from_id", "to_id", name=op.f("uq_theme_link_from_id_to_id")),
    )
    with op.batch_alter_table("theme_link") as batch_op:
        batch_op.create_index(batch_op.f("ix_theme_link_to_id"), ["to_id"], unique=False)

    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "prefLabel",
                "altLabel",
                "hiddenLabel",
                "scopeNote",
                "definition",
                name="wordingkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=12), server_default="", nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_wording_theme_id_theme"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
    )
    with op.batch_alter_table("wording") as batch_op:
        batch_op.create_index("ix_wording_folded", ["folded"], unique=False)
        batch_op.create_index(batch_op.f("ix_wording_theme_id"), ["theme_id"], unique=False)

    op.create_table(
        "declined",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_declined_by_id_account"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_declined_passage_id_passage"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["theme.id"], name=op.f("fk_declined_theme_id_theme"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declined")),
        sa.UniqueConstraint("theme_id", "passage_id", name=op.f("uq_declined_theme_id_passage_id")),
    )
    with op.batch_alter_table("declined") as batch_op:
        batch_op.create_index(batch_op.f("ix_declined_passage_id"), ["passage_id"], unique=False)

    op.create_table(
        "passage_vector",
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_passage_vector_passage_id_passage"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("passage_id", name=op.f("pk_passage_vector")),
    )
    op.create_table(
        "saved",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shelf_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=True),
        sa.Column("passage_id", sa.Integer(), nullable=True),
        sa.Column("start_ms", sa.Integer(), nullable=True),
        sa.Column("end_ms", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_saved_passage_id_passage"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_saved_recording_id_recording"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["shelf_id"], ["shelf.id"], name=op.f("fk_saved_shelf_id_shelf"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_saved_story_id_story"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved")),
        sa.UniqueConstraint("shelf_id", "passage_id", name=op.f("uq_saved_shelf_id_passage_id")),
    )
    with op.batch_alter_table("saved") as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_passage_id"), ["passage_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_saved_story_id"), ["story_id"], unique=False)

    with op.batch_alter_table("tagging") as batch_op:
        batch_op.add_column(sa.Column("by_person_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_tagging_by_id"), ["by_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_tagging_by_person_id_person"), "person", ["by_person_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("theme") as batch_op:
        batch_op.add_column(sa.Column("folded", sa.String(length=300), server_default="", nullable=False))
        batch_op.add_column(sa.Column("language", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("uri", sa.String(length=400), nullable=True))
        batch_op.add_column(sa.Column("curated", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_theme_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_theme_folded"), ["folded"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_theme_uri"), ["uri"])
        batch_op.create_foreign_key(
            batch_op.f("fk_theme_merged_into_id_theme"), "theme", ["merged_into_id"], ["id"], ondelete="SET NULL"
        )
    _fold_labels()


def _fold_labels() -> None:
    themes = sa.table("theme", sa.column("id"), sa.column("label"), sa.column("folded"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(themes.c.id, themes.c.label)).all():
        kept = " ".join(terms(row.label))[:300]
        connection.execute(sa.update(themes).where(themes.c.id == row.id).values(folded=kept))


def downgrade() -> None:
    op.execute("delete from job where kind in ('meaning', 'learn')")
    _jobs_are(*BEFORE)
    with op.batch_alter_table("theme") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_theme_merged_into_id_theme"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_theme_uri"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_theme_merged_into_id"))
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("curated")
        batch_op.drop_column("uri")
        batch_op.drop_column("language")
        batch_op.drop_index(batch_op.f("ix_theme_folded"))
        batch_op.drop_column("folded")

    with op.batch_alter_table("tagging") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_tagging_by_person_id_person"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_tagging_by_id"))
        batch_op.drop_column("by_person_id")

    with op.batch_alter_table("saved") as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_story_id"))
        batch_op.drop_index(batch_op.f("ix_saved_passage_id"))

    op.drop_table("saved")
    op.drop_table("passage_vector")
    with op.batch_alter_table("declined") as batch_op:
        batch_op.drop_index(batch_op.f("ix_declined_passage_id"))

    op.drop_table("declined")
    with op.batch_alter_table("wording") as batch_op:
        batch_op.drop_index(batch_op.f("ix_wording_theme_id"))
        batch_op.drop_index("ix_wording_folded")

    op.drop_table("wording")
    with op.batch_alter_table("theme_link") as batch_op:
        batch_op.drop_index(batch_op.f("ix_theme_link_to_id"))

    op.drop_table("theme_link")
    op.drop_table("shelf")
    op.drop_table("saved_search")
