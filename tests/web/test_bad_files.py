"""What the intake page says to a file that it cannot take: one sentence at the file, everything typed still there."""

import errno
import re
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from archive.models import Job, JobKind, Recording, RoleName
from archive.services.access import OPERATOR
from archive.services.intake import Arrived, take_in
from archive.services.stories import About
from archive.web.app import create
from archive.wiring import House
from archive.worker import Worker
from tests.archive.bad_files import BAD, kept
from tests.archive.sounds import damaged, tone
from tests.conftest import Visitor

FORM = {"title": "A year", "narrator": "Ana R.", "themes": "work", "why_told": "To be told.", "consent": "none"}


def brings(who: Visitor, path: Path, name: str = "", *, room: int | None = None, **form: str) -> tuple[int, str]:
    """Send the form with the file; room says how many bytes the largest file of this machine may have meanwhile."""
    token = re.search(r'name="csrf_token"\s+value="([^"]+)"', who.get("/studio/new").text)
    assert token
    with path.open("rb") as file:
        data = {"csrf_token": token[1], **FORM, **form, "file": FileStorage(file, name or path.name)}
        body, length, boundary = stream_encode_multipart(data, use_tempfile=False)
    kind = f"multipart/form-data; boundary={boundary}"
    with room_for(room) if room else nullcontext():
        answer = who.client.post("/studio/new", input_stream=body, content_length=length, content_type=kind)
    return answer.status_code, answer.text


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """What a full disk answers, from the system itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_taken_is_refused_in_one_sentence(
    name: str, house: House, interviewer: Visitor, tmp_path: Path
) -> None:
    make, says = BAD[name]
    code, page = brings(interviewer, make(tmp_path))
    assert code == 422
    assert page.count(says) == 1
    assert "your original is untouched" in page
    assert 'value="A year"' in page
    assert "To be told." in page
    assert "Traceback" not in page
    assert kept(house) == []


def test_a_form_without_a_file_asks_for_it(house: House, interviewer: Visitor) -> None:
    answer = interviewer.post("/studio/new", dict(FORM), at="/studio/new")
    assert (answer.status_code, "Please choose the recording." in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [("title", " ", "a title"), ("narrator", "", "who tells"), ("recorded_on", "yesterday", "write the date"),
     ("recorded_on", "2999-01-01", "in the future"), ("themes", "x" * 81, "80 characters"),
     ("consent_signed_on", "4 May", "write the date")],
)  # fmt: skip
def test_a_field_that_is_wrong_is_marked_and_nothing_is_kept(
    field: str, value: str, says: str, house: House, interviewer: Visitor, tmp_path: Path
) -> None:
    code, page = brings(interviewer, tone(tmp_path / "a.wav"), **{"consent": "form", field: value})
    assert (code, says in page) == (422, True)
    assert kept(house) == []


def test_a_file_that_is_here_already_is_told_to_those_who_may_see_where(
    house: House, interviewer: Visitor, visitor: Callable[[], Visitor], tmp_path: Path
) -> None:
    path = tone(tmp_path / "a.wav")
    assert brings(interviewer, path)[0] == 303
    before = kept(house)
    code, page = brings(interviewer, path, "other.wav")
    assert (code, "in the story “A year”" in page) == (409, True)
    code, page = brings(visitor().signs_in(RoleName.INTERVIEWER, "other@example.org"), path, title="Mine")
    assert (code, "in the archive already" in page, "A year" in page) == (409, True, False)
    assert kept(house) == before


def test_a_name_with_slashes_and_control_characters_leads_nowhere(
    house: House, interviewer: Visitor, tmp_path: Path
) -> None:
    code, _ = brings(interviewer, tone(tmp_path / "a.wav"), "../../etc/pass\x07wd\u202e.wav")
    assert code == 303
    with house.db.reading() as session:
        held = session.scalars(select(Recording)).one()
    assert held.original_name == "passwd.wav"
    assert [path.name for path in (house.settings.data / "files").rglob("*") if path.is_file()] == [held.sha256]
    assert "passwd.wav" in interviewer.get("/studio/a-year").text


@pytest.mark.parametrize("rate", [8_000, 192_000])
def test_any_sampling_rate_is_taken_and_can_be_heard(
    rate: int, house: House, interviewer: Visitor, tmp_path: Path
) -> None:
    assert brings(interviewer, tone(tmp_path / "a.wav", 2, rate=rate))[0] == 303
    Worker(house).run(drain=True)
    assert interviewer.get("/studio/a-year").text.count('src="/media/') == 2


def test_damaged_frames_cost_what_they_hold_and_the_page_tells_the_loss(
    house: House, interviewer: Visitor, tmp_path: Path
) -> None:
    path = damaged(tmp_path / "damaged.mp3", tone(tmp_path / "whole.mp3", 20, codec="libmp3lame", rate=44_100))
    assert brings(interviewer, path)[0] == 303
    Worker(house).run(drain=True)
    page = interviewer.get("/studio/a-year").text
    assert "could not be read, because the file is damaged or cut short" in page


def test_ten_minutes_of_silence_have_no_passage_and_the_page_says_that_nothing_was_said(
    hearing_house: House, interviewer: Visitor, stranger: Visitor, shared: Path
) -> None:
    path = shared / "audio/nonspeech/10-minutes-of-silence.mp3"
    assert brings(interviewer, path, consent="form")[0] == 303
    Worker(hearing_house, [JobKind.PROCESS]).run(drain=True)
    assert "nothing was said" in interviewer.get("/studio/a-year").text
    assert "The words are here" not in interviewer.get("/studio/a-year").text
    narrator = re.search(r'name="narrator" value="(\d+)"', interviewer.get("/studio/a-year").text)
    assert narrator is not None
    interviewer.post("/studio/a-year/reviewed", {"narrator": narrator[1]}, at="/studio/a-year")
    assert interviewer.post("/studio/a-year/publish", at="/studio/a-year").status_code == 303
    assert "nothing was said" in stranger.get("/stories/a-year").text
    assert stranger.get("/api/v1/stories/a-year/passages").get_json() == {"passages": []}


def test_a_full_disk_is_told_and_nothing_is_half_stored(house: House, interviewer: Visitor, tmp_path: Path) -> None:
    path = tone(tmp_path / "long.wav", 200, rate=8_000)
    code, page = brings(interviewer, path, room=3_000_000)
    assert (code, "There is no room left on this machine" in page) == (507, True)
    assert kept(house) == []
    assert brings(interviewer, path)[0] == 303


def test_a_disk_that_is_full_for_the_master_alone_leaves_nothing_behind(
    house: House, interviewer: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "hardlink_to", full)
    code, page = brings(interviewer, tone(tmp_path / "a.wav"))
    assert (code, "no room left on this machine" in page) == (422, True)
    assert kept(house) == []


def test_a_file_larger_than_the_archive_takes_is_refused_with_the_limit(house: House, tmp_path: Path) -> None:
    small = House(replace(house.settings, max_upload_bytes=1_000_000))
    who = Visitor(create(small).test_client(), small).signs_in(RoleName.INTERVIEWER)
    code, page = brings(who, tone(tmp_path / "a.wav", 40))
    assert (code, "larger than this archive takes (1.0 MB at most)" in page) == (422, True)
    code, page = brings(who, tone(tmp_path / "b.wav", 120))
    assert (code, "larger than the archive takes" in page) == (413, True)
    assert kept(house) == []
    small.close()


def test_without_consent_to_a_machine_no_job_hears_it(house: House, interviewer: Visitor, tmp_path: Path) -> None:
    assert brings(interviewer, tone(tmp_path / "a.wav"), consent="none")[0] == 303
    assert brings(interviewer, tone(tmp_path / "b.wav", 3), title="Later", consent="later")[0] == 303
    with house.db.reading() as session:
        kinds = list(session.scalars(select(Job.kind).where(Job.kind != JobKind.INDEX).order_by(Job.id)))
    assert kinds == [JobKind.DERIVE, JobKind.PROCESS, JobKind.DERIVE]


def test_an_interviewer_cannot_waive_a_consent(
    house: House, interviewer: Visitor, curator: Visitor, tmp_path: Path
) -> None:
    assert brings(interviewer, tone(tmp_path / "a.wav"), waiver="I think it is fine.")[0] == 303
    assert "I think it is fine" not in interviewer.get("/studio/a-year").text
    assert brings(curator, tone(tmp_path / "b.wav", 3), waiver="In the public domain.", title="Old")[0] == 303
    assert "In the public domain." in curator.get("/studio/old").text


def test_the_original_stays_where_it_was_when_it_is_given_away_only_on_success(house: House, tmp_path: Path) -> None:
    path = tone(tmp_path / "a.wav")
    take_in(house.db, house.storage, Arrived(path, "a.wav", give_away=True), About("A", ["B"]), None, by=OPERATOR)
    assert not path.exists()
