"""themes of whole stories are looked up by the story"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WHOLE = sa.text("words is null")


def upgrade() -> None:
    _made_anew("story_id", "theme_id")


def downgrade() -> None:
    _made_anew("theme_id", "story_id")


def _made_anew(*columns: str) -> None:
    op.drop_index("uq_tagging_story", "tagging")
    op.create_index(
        "uq_tagging_story", "tagging", list(columns), unique=True, sqlite_where=WHOLE, postgresql_where=WHOLE
    )
