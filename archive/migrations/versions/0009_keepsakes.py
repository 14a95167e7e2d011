"""the ledger has a line for each copy of a story that somebody who told or keeps it takes away"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ACTS = "ck_event_act"
BEFORE = (
    "consent", "strike", "lift", "publish", "unpublish", "embargo", "open", "withdraw", "erase", "restore", "name",
    "rights", "card", "revoke", "review", "remove", "suspend", "resume", "takedown", "warn",
)  # fmt: skip


def _acts_are(*acts: str) -> None:
    allowed = ", ".join(f"'{act}'" for act in acts)
    with op.batch_alter_table("event") as event:
        event.drop_constraint(op.f(ACTS), type_="check")
        event.create_check_constraint(op.f(ACTS), f"act in ({allowed})")


def upgrade() -> None:
    _acts_are(*BEFORE, "keepsake")


def downgrade() -> None:
    """Refused by the database, with nothing changed, once such a line stands: no line can be taken out of the chain."""
    _acts_are(*BEFORE)
