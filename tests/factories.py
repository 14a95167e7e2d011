"""Things to test with: a factory a noun. Each goes through the services, as everything does."""

from archive.models import Passage, PassageState, Story, StoryState
from archive.services.access import OPERATOR
from archive.services.agreements import waiver
from archive.services.consent import record_consent
from archive.services.stories import About, begin_story
from archive.services.tagging import tag_passage
from archive.wiring import House

TEXTS = (
    "I had the letter of resignation written and then my brother called from the harbour.",
    "We were fifteen people in one kitchen, and nobody knew how to make bread.",
    "What changed was small: somebody asked me what I wanted this work to make possible.",
)


def a_story(
    house: House,
    title: str = "The year I stopped pretending",
    *,
    texts: tuple[str, ...] = TEXTS,
    public: bool = True,
    about: About | None = None,
    passage_themes: dict[int, str] | None = None,
    owner: object = OPERATOR,
) -> str:
    """A story of text alone, ten seconds a passage, open to everyone unless told otherwise; gives its slug."""
    with house.db.writing() as session:
        story = begin_story(session, about or About(title, ["Ana R."], interviewers=["M."]), by=owner)  # type: ignore[arg-type]
        passages = [
            Passage(
                story_id=story.id, ordinal=n, start_ms=n * 10_000, end_ms=n * 10_000 + 9_000, text=text,
                state=PassageState.MACHINE,
            )
            for n, text in enumerate(texts)
        ]  # fmt: skip
        session.add_all(passages)
        session.flush()
        for n, label in (passage_themes or {}).items():
            tag_passage(session, passages[n], label, by=OPERATOR)
        if public:
            record_consent(session, story, waiver("a test"), by=OPERATOR)
            story.state = StoryState.PUBLISHED
        else:
            story.state = StoryState.REVIEW
        return story.slug


def story_row(house: House, slug: str) -> Story:
    from sqlalchemy import select

    with house.db.reading() as session:
        return session.scalars(select(Story).where(Story.slug == slug)).one()
