"""A corpus as published stories without sound: for trials, and for text that has no recording."""

from sqlalchemy.orm import Session

from archive.db import now
from archive.formats.passages import Interview
from archive.models import Passage, PassageState, StoryState, Theme
from archive.services.access import Actor
from archive.services.agreements import waiver
from archive.services.consent import record_consent
from archive.services.stories import About, begin_story
from archive.services.tagging import anchored, theme_named
from archive.services.transcripts import opening

NOBODY = "Not named"
REASON = "Loaded as a corpus for trials by whoever runs this archive; no consent form was recorded."
MAX_LABEL = 80


def plant(session: Session, interview: Interview, *, by: Actor) -> int:
    """The story's id. Passages keep their order, their times where they have them, and their themes."""
    title = f"{interview.name} ({interview.collection})"[:300]
    story = begin_story(session, About(title, [interview.main_speaker or NOBODY]), by=by)
    passages = [
        Passage(
            story_id=story.id,
            ordinal=ordinal,
            start_ms=line.start_ms,
            end_ms=line.end_ms,
            speaker=line.speaker,
            text=line.text,
            state=PassageState.CORRECTED,  # people wrote these words; no machine of ours did
        )
        for ordinal, line in enumerate(interview.lines)
    ]
    session.add_all(passages)
    session.flush()
    themes: dict[str, Theme] = {}
    for passage, line in zip(passages, interview.lines, strict=True):
        meant: dict[int, Theme] = {}  # "Love" and "love" are one theme
        for label in (label[:MAX_LABEL] for label in line.themes):
            if label not in themes:
                themes[label] = theme_named(session, label)
            meant[themes[label].id] = themes[label]
        session.add_all(anchored(theme, passage, None) for theme in meant.values())
    record_consent(session, story, waiver(REASON), by=by)
    story.opening = opening(passages)
    story.state, story.published_at = StoryState.PUBLISHED, now()
    session.flush()
    return story.id
