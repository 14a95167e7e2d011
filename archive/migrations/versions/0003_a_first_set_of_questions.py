"""questions to begin with

Put in by a migration, so that it happens once in the life of an archive: whoever removes them is not given them again.
The addresses are written out, because a slug that was made once must not change when the rule for making them does.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SETS = (
    (
        "the-work",
        "The work, and what it is for",
        "A good way to begin. Let the first answer be as long as it wants to be.",
        (
            ("what-do-you-want-this-to-make-possible", "What do you want this to make possible?"),
            ("an-ordinary-day", "What does an ordinary day of this work look like, from morning to evening?"),
            ("which-part-does-nobody-see", "Which part of it does nobody see?"),
            ("when-was-it-last-worth-it", "When did it last feel worth it?"),
            ("what-did-you-give-up-on", "What did you give up on, and was it right?"),
            ("somebody-who-begins-tomorrow", "What would you tell somebody who begins with this tomorrow?"),
        ),
    ),
    (
        "doubt",
        "Doubt",
        "Ask slowly. A silence of half a minute is part of the answer.",
        (
            ("what-are-you-confused-about", "What are you confused about, and how could you explore it?"),
            ("what-were-you-sure-of", "What were you once sure of, and are not any more?"),
            ("which-question-do-you-put-off", "Which question do you keep putting off?"),
            ("when-did-you-nearly-stop", "Was there a day on which you nearly stopped? What happened then?"),
            ("who-hears-you-when-unsure", "Who do you talk to when you are not sure?"),
            ("what-would-change-your-mind", "What would have to happen for you to change your mind?"),
        ),
    ),
    (
        "hope",
        "Hope",
        "Not everybody has any on the day you ask. That is an answer as well.",
        (
            ("if-you-were-less-pessimistic", "What would you do now if you were less pessimistic?"),
            ("better-than-you-feared", "When did something turn out better than you had feared?"),
            ("what-has-nobody-noticed", "What is changing already that few people have noticed?"),
            ("when-hope-is-low", "What do you do on days when hope is low?"),
            ("if-it-goes-well", "If it goes well, what will an ordinary Tuesday be like in ten years?"),
            ("what-you-hardly-say-aloud", "What do you hope for that you hardly say aloud?"),
        ),
    ),
    (
        "people",
        "The people around it",
        "Names may stay out of it. Ask before somebody is named who is not in the room.",
        (
            ("who-showed-you", "Who first showed you that this could be done?"),
            ("what-do-you-still-hear", "What did somebody once say to you that you still hear?"),
            ("with-whom-do-you-disagree", "With whom do you disagree, and what have you learned from them?"),
            ("who-left", "Who was there at the beginning and is not there now?"),
            ("who-is-missing", "Who is missing from what you have told me so far?"),
            ("whom-to-ask-next", "Whom should I ask next, and what should I ask them?"),
        ),
    ),
)
QUESTION_SET = sa.table(
    "question_set",
    *(sa.column(name) for name in ("slug", "title", "note")),
    sa.column("id", sa.Integer),
    sa.column("ordinal", sa.Integer),
)
QUESTION = sa.table(
    "question",
    *(sa.column(name) for name in ("slug", "text")),
    sa.column("set_id", sa.Integer),
    sa.column("ordinal", sa.Integer),
    sa.column("retired", sa.Boolean),
)


def upgrade() -> None:
    bind = op.get_bind()
    if bind.scalar(sa.select(sa.func.count()).select_from(QUESTION_SET)):
        return  # an archive that has its own already
    for place, (slug, title, note, questions) in enumerate(SETS):
        bind.execute(QUESTION_SET.insert().values(slug=slug, title=title, note=note, ordinal=place))
        set_id = bind.scalar(sa.select(QUESTION_SET.c.id).where(QUESTION_SET.c.slug == slug))
        rows = [
            {"set_id": set_id, "slug": name, "text": text, "ordinal": n, "retired": False}
            for n, (name, text) in enumerate(questions)
        ]
        bind.execute(QUESTION.insert(), rows)


def downgrade() -> None:
    """The questions stay: by now they may be somebody's own."""
