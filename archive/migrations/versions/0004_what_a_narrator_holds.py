"""what a narrator holds: strikes, embargoes, withdrawals, key cards, names, and the ledger of what was done"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from archive.db import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:  # noqa: PLR0915  as long as what it makes
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "consent",
                "strike",
                "lift",
                "publish",
                "unpublish",
                "embargo",
                "open",
                "withdraw",
                "erase",
                "restore",
                "name",
                "rights",
                "card",
                "revoke",
                "review",
                "remove",
                "suspend",
                "resume",
                "takedown",
                "warn",
                name="act",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=80), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("place", name=op.f("uq_event_place")),
    )
    with op.batch_alter_table("event") as batch_op:
        batch_op.create_index("ix_event_story", ["story_id", "id"], unique=False)

    op.create_table(
        "guess",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guess")),
    )
    with op.batch_alter_table("guess") as batch_op:
        batch_op.create_index("ix_guess_source", ["source", "at"], unique=False)

    op.create_table(
        "tombstone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstone")),
        sa.UniqueConstraint("address_hash", name=op.f("uq_tombstone_address_hash")),
    )
    with op.batch_alter_table("tombstone") as batch_op:
        batch_op.create_index(batch_op.f("ix_tombstone_story_id"), ["story_id"], unique=False)

    op.create_table(
        "event_detail",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_detail_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_detail")),
    )
    op.create_table(
        "key_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.Column("issued_by", sa.Integer(), nullable=True),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["account.id"], name=op.f("fk_key_card_issued_by_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_key_card_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_card")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_key_card_token_hash")),
    )
    with op.batch_alter_table("key_card") as batch_op:
        batch_op.create_index(batch_op.f("ix_key_card_person_id"), ["person_id"], unique=False)

    op.create_table(
        "withdrawal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("sealed", "erased", name="withdrawalkind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("artefacts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("erase_on", sa.Date(), nullable=True),
        sa.Column("erased_at", UTCDateTime(), nullable=True),
        sa.Column("restored_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_withdrawal_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_withdrawal_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
        sa.UniqueConstraint("code", name=op.f("uq_withdrawal_code")),
    )
    with op.batch_alter_table("withdrawal") as batch_op:
        batch_op.create_index(batch_op.f("ix_withdrawal_story_id"), ["story_id"], unique=False)

    op.create_table(
        "embargo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("event", sa.String(length=300), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("seen_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("until is not null or event is not null", name=op.f("ck_embargo_has_an_end")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_embargo_by_id_account"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_embargo_story_id_story"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embargo")),
    )
    with op.batch_alter_table("embargo") as batch_op:
        batch_op.create_index(batch_op.f("ix_embargo_story_id"), ["story_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sender_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("passed_on_at", UTCDateTime(), nullable=True),
        sa.Column("laid_aside_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_message_story_id_story"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message") as batch_op:
        batch_op.create_index("ix_message_story_sender", ["story_id", "sender_hash"], unique=False)

    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("choices", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "form",
                "recorded",
                "keycard",
                "waiver",
                name="method",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("begun_at", UTCDateTime(), nullable=False),
        sa.Column("signed_at", UTCDateTime(), nullable=True),
        sa.Column("seen_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_review_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_review_story_id_story"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("story_id", "person_id", name=op.f("uq_review_story_id_person_id")),
    )
    with op.batch_alter_table("review") as batch_op:
        batch_op.create_index(batch_op.f("ix_review_person_id"), ["person_id"], unique=False)

    op.create_table(
        "rights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=300), nullable=True),
        sa.Column("licence", sa.String(length=200), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_rights_by_id_account"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_rights_story_id_story"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights")),
    )
    with op.batch_alter_table("rights") as batch_op:
        batch_op.create_index(batch_op.f("ix_rights_story_id"), ["story_id"], unique=False)

    op.create_table(
        "takedown",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=600), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=True),
        sa.Column("contact", sa.String(length=300), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "kept", "changed", name="takedownstate", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["account.id"], name=op.f("fk_takedown_closed_by_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_takedown_story_id_story"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takedown")),
        sa.UniqueConstraint("code", name=op.f("uq_takedown_code")),
    )
    with op.batch_alter_table("takedown") as batch_op:
        batch_op.create_index(batch_op.f("ix_takedown_story_id"), ["story_id"], unique=False)

    op.create_table(
        "content_warning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=True),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("end_ms > start_ms", name=op.f("ck_content_warning_has_length")),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_content_warning_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recording.id"],
            name=op.f("fk_content_warning_recording_id_recording"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_content_warning_story_id_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_warning")),
    )
    with op.batch_alter_table("content_warning") as batch_op:
        batch_op.create_index(batch_op.f("ix_content_warning_story_id"), ["story_id"], unique=False)

    op.create_table(
        "strike",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=True),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("lifted_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("end_ms > start_ms", name=op.f("ck_strike_has_length")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_strike_by_id_account"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_strike_person_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_strike_recording_id_recording"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_strike_story_id_story"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strike")),
    )
    with op.batch_alter_table("strike") as batch_op:
        batch_op.create_index("ix_strike_story_recording", ["story_id", "recording_id"], unique=False)

    op.create_table(
        "uncut",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("opus", "aac", "video", name="copykind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("storage_key", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_uncut_recording_id_recording"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uncut")),
        sa.UniqueConstraint("recording_id", "kind", name=op.f("uq_uncut_recording_id_kind")),
    )
    with op.batch_alter_table("consent") as batch_op:
        batch_op.add_column(sa.Column("review_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("evidence_key", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("evidence_sha256", sa.String(length=64), nullable=True))

    with op.batch_alter_table("participation") as batch_op:
        batch_op.add_column(
            sa.Column(
                "shown",
                sa.Enum(
                    "full",
                    "first",
                    "chosen",
                    "none",
                    name="shown",
                    native_enum=False,
                    create_constraint=True,
                    length=20,
                ),
                server_default="full",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("real_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_participation_real_id"), ["real_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_participation_real_id_person"), "person", ["real_id"], ["id"])

    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("face", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("recording") as batch_op:
        batch_op.add_column(sa.Column("peaks_uncut", sa.LargeBinary(), nullable=True))

    with op.batch_alter_table("story") as batch_op:
        batch_op.add_column(sa.Column("listed", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("text_link", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("sound_link", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("remix", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("embed", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("mining", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("link_version", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("suspended_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("listed_at", UTCDateTime(), nullable=True))

    op.execute("update recording set peaks_uncut = peaks")
    op.execute("update story set listed = text_open, text_link = text_open, sound_link = sound_open")
    op.execute("update story set listed_at = published_at where text_open")


def downgrade() -> None:  # noqa: PLR0915
    with op.batch_alter_table("story") as batch_op:
        batch_op.drop_column("listed_at")
        batch_op.drop_column("suspended_at")
        batch_op.drop_column("link_version")
        batch_op.drop_column("mining")
        batch_op.drop_column("embed")
        batch_op.drop_column("remix")
        batch_op.drop_column("sound_link")
        batch_op.drop_column("text_link")
        batch_op.drop_column("listed")

    with op.batch_alter_table("recording") as batch_op:
        batch_op.drop_column("peaks_uncut")

    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_column("face")

    with op.batch_alter_table("participation") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_participation_real_id_person"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_participation_real_id"))
        batch_op.drop_column("real_id")
        batch_op.drop_constraint(batch_op.f("ck_participation_shown"), type_="check")
        batch_op.drop_column("shown")

    with op.batch_alter_table("consent") as batch_op:
        batch_op.drop_column("evidence_sha256")
        batch_op.drop_column("evidence_key")
        batch_op.drop_column("review_on")

    op.drop_table("uncut")
    with op.batch_alter_table("strike") as batch_op:
        batch_op.drop_index("ix_strike_story_recording")

    op.drop_table("strike")
    with op.batch_alter_table("content_warning") as batch_op:
        batch_op.drop_index(batch_op.f("ix_content_warning_story_id"))

    op.drop_table("content_warning")
    with op.batch_alter_table("takedown") as batch_op:
        batch_op.drop_index(batch_op.f("ix_takedown_story_id"))

    op.drop_table("takedown")
    with op.batch_alter_table("rights") as batch_op:
        batch_op.drop_index(batch_op.f("ix_rights_story_id"))

    op.drop_table("rights")
    with op.batch_alter_table("review") as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_person_id"))

    op.drop_table("review")
    with op.batch_alter_table("message") as batch_op:
        batch_op.drop_index("ix_message_story_sender")

    op.drop_table("message")
    with op.batch_alter_table("embargo") as batch_op:
        batch_op.drop_index(batch_op.f("ix_embargo_story_id"))

    op.drop_table("embargo")
    with op.batch_alter_table("withdrawal") as batch_op:
        batch_op.drop_index(batch_op.f("ix_withdrawal_story_id"))

    op.drop_table("withdrawal")
    with op.batch_alter_table("key_card") as batch_op:
        batch_op.drop_index(batch_op.f("ix_key_card_person_id"))

    op.drop_table("key_card")
    op.drop_table("event_detail")
    with op.batch_alter_table("tombstone") as batch_op:
        batch_op.drop_index(batch_op.f("ix_tombstone_story_id"))

    op.drop_table("tombstone")
    with op.batch_alter_table("guess") as batch_op:
        batch_op.drop_index("ix_guess_source")

    op.drop_table("guess")
    with op.batch_alter_table("event") as batch_op:
        batch_op.drop_index("ix_event_story")

    op.drop_table("event")
