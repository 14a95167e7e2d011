"""The pages on which a conversation is recorded, as the server gives them; what they do is in tests/browser."""

from collections.abc import Callable

from sqlalchemy import select

from archive.models import Recording, RoleName, Story, StoryState
from archive.wiring import House
from tests.conftest import Visitor
from tests.web.arriving import a_draft, announce, send, tus

STORY = {"title": "On the ferry", "narrator": "Ana R.", "consent": "later", "page": "record"}


def test_the_story_is_written_down_first_and_leads_into_the_room(house: House, interviewer: Visitor) -> None:
    answer = interviewer.post("/studio/new", {**STORY, "awaits": "1"}, at="/studio/record")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/studio/on-the-ferry/record")
    page = interviewer.get("/studio/on-the-ferry/record").text
    assert "Switch on the microphone" in page
    assert "What do you want this to make possible?" in page
    with house.db.reading() as session:
        assert session.scalars(select(Story)).one().state == StoryState.DRAFT


def test_what_is_missing_is_said_on_the_page_that_was_used(interviewer: Visitor) -> None:
    answer = interviewer.post("/studio/new", {**STORY, "narrator": "", "awaits": "1"}, at="/studio/record")
    assert answer.status_code == 422
    assert "Please say who tells this story." in answer.text
    assert "<h1>Record a conversation</h1>" in answer.text
    assert 'value="On the ferry"' in answer.text


def test_without_scripts_the_same_form_takes_a_file(interviewer: Visitor, house: House, recording: bytes) -> None:
    import io

    form = {**STORY, "file": (io.BytesIO(recording), "phone.wav")}
    answer = interviewer.post("/studio/new", form, at="/studio/record")
    assert answer.headers["Location"] == "/studio/on-the-ferry"
    with house.db.reading() as session:
        assert session.scalars(select(Recording)).one().original_name == "phone.wav"
    missing = interviewer.post("/studio/new", dict(STORY), at="/studio/record")
    assert (missing.status_code, "Please choose the recording." in missing.text) == (422, True)


def test_one_page_may_ask_for_the_microphone_and_no_other(house: House, interviewer: Visitor) -> None:
    slug = a_draft(house)
    assert "microphone=(self)" in interviewer.get(f"/studio/{slug}/record").headers["Permissions-Policy"]
    for path in ("/", "/studio", "/studio/record", f"/studio/{slug}"):
        assert "microphone=()" in interviewer.get(path).headers["Permissions-Policy"]


def test_a_public_story_is_closed_before_it_goes_on(house: House, interviewer: Visitor) -> None:
    slug = a_draft(house)
    with house.db.writing() as session:
        session.scalars(select(Story)).one().state = StoryState.PUBLISHED
    page = interviewer.get(f"/studio/{slug}/record").text
    assert "Take it off the public pages" in page
    assert "Switch on the microphone" not in page


def test_only_whoever_may_record_gets_there(
    house: House, interviewer: Visitor, contributor: Visitor, stranger: Visitor, visitor: Callable[[], Visitor]
) -> None:
    slug = a_draft(house)
    another = visitor().signs_in(RoleName.INTERVIEWER, "another@example.org")
    assert another.get(f"/studio/{slug}/record").status_code == 404
    assert another.get("/studio/record").status_code == 200
    assert contributor.get("/studio/record").status_code == 403
    assert stranger.get("/studio/record").headers["Location"].startswith("/signin")


def test_a_sender_that_missed_the_refusal_is_not_told_that_its_file_is_kept(house: House, interviewer: Visitor) -> None:
    """It would throw its own away, and a recording made in the browser is nowhere else."""
    letter = b"Dear all, this is no recording. " * 40
    where = announce(interviewer, len(letter), story=a_draft(house))
    assert send(interviewer, where, 0, letter).status_code == 422
    assert tus(interviewer, "HEAD", where).status_code == 422
    assert send(interviewer, where, len(letter), b"").status_code == 422
