"""What is refused of files that arrive in pieces, and that nothing of it stays."""

import base64
import hashlib
import shutil
from collections.abc import Callable

import pytest
from sqlalchemy import select

from archive.models import Recording, RoleName, Upload
from archive.settings import Settings
from archive.wiring import House
from tests.conftest import Visitor
from tests.web.arriving import HERE, a_draft, announce, metadata, row, send, tus


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_a_piece_that_is_not_what_was_sent_is_not_kept(interviewer: Visitor, recording: bytes, algorithm: str) -> None:
    where = announce(interviewer, len(recording))
    digest = base64.b64encode(hashlib.new(algorithm, recording[:700]).digest()).decode()
    spoilt = send(interviewer, where, 0, recording[1:701], Upload_Checksum=f"{algorithm} {digest}")
    assert spoilt.status_code == 460
    assert tus(interviewer, "HEAD", where).headers["Upload-Offset"] == "0"
    assert send(interviewer, where, 0, recording[:700], Upload_Checksum=f"{algorithm} {digest}").status_code == 204


@pytest.mark.parametrize("header", ["crc64 AAAA", "sha1", "sha1 not-base64!", ""])
def test_a_checksum_of_no_use_is_refused(interviewer: Visitor, header: str) -> None:
    where = announce(interviewer, 100)
    assert send(interviewer, where, 0, b"x", Upload_Checksum=header).status_code == (400 if header else 204)


def test_a_wrong_offset_is_told_the_right_one(interviewer: Visitor, recording: bytes) -> None:
    where = announce(interviewer, len(recording))
    send(interviewer, where, 0, recording[:100])
    for offset in (0, 99, 101, 10**15 - 1):
        answer = send(interviewer, where, offset, b"x")
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "100")
    assert send(interviewer, where, -1, b"x").status_code == 400


def test_more_than_was_announced_is_not_kept(interviewer: Visitor, recording: bytes) -> None:
    where = announce(interviewer, 100)
    assert send(interviewer, where, 0, recording[:101]).status_code == 413
    assert tus(interviewer, "HEAD", where).headers["Upload-Offset"] == "0"


def test_parts_that_are_not_all_here_are_not_joined(house: House, interviewer: Visitor) -> None:
    made = tus(interviewer, "POST", HERE, b"abc", Upload_Length="10", Upload_Concat="partial").headers["Location"]
    assert tus(interviewer, "POST", HERE, Upload_Concat=f"final;{made}").status_code == 400
    with house.db.reading() as session:
        assert len(list(session.scalars(select(Upload)))) == 1


def test_somebody_elses_upload_is_not_there(visitor: Callable[[], Visitor], interviewer: Visitor) -> None:
    where = announce(interviewer, 100)
    other = visitor().signs_in(RoleName.INTERVIEWER, "other@example.org")
    assert tus(other, "HEAD", where).status_code == 404
    assert send(other, where, 0, b"x").status_code == 404
    assert tus(other, "DELETE", where).status_code == 404
    assert tus(interviewer, "HEAD", where).headers["Upload-Offset"] == "0"


def test_somebody_elses_story_takes_no_upload(
    house: House, visitor: Callable[[], Visitor], interviewer: Visitor
) -> None:
    slug = a_draft(house)
    other = visitor().signs_in(RoleName.INTERVIEWER, "other@example.org")
    refused = tus(other, "POST", HERE, Upload_Length="5", Upload_Metadata=metadata(story=slug))
    assert refused.status_code == 404


def test_strangers_and_contributors_send_nothing(stranger: Visitor, contributor: Visitor) -> None:
    assert tus(stranger, "POST", HERE, Upload_Length="5").status_code == 401
    assert tus(contributor, "POST", HERE, Upload_Length="5").status_code == 403


def test_another_protocol_is_refused(house: House, interviewer: Visitor) -> None:
    answer = interviewer.client.post(HERE, headers={"Upload-Length": "5"})
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")
    with house.db.reading() as session:
        assert list(session.scalars(select(Upload))) == []


def test_a_file_of_no_use_is_refused_with_its_sentence_and_leaves_nothing(house: House, interviewer: Visitor) -> None:
    words = b"these are words and no sound at all\n" * 9
    where = announce(interviewer, len(words), filename="words.mp3", story=a_draft(house))
    refused = send(interviewer, where, 0, words)
    assert refused.status_code == 422
    assert "it is not a sound or video file" in refused.text
    assert row(house, where).error in refused.text
    assert list(house.incoming.iterdir()) == []
    assert not list((house.settings.data / "files").rglob("masters/*/*"))


def test_a_name_leads_nowhere(house: House, interviewer: Visitor, recording: bytes) -> None:
    slug = a_draft(house)
    where = announce(interviewer, len(recording), filename="../../etc/\x07passwd\n.wav", story=slug)
    assert send(interviewer, where, 0, recording).status_code == 204
    with house.db.reading() as session:
        assert session.scalars(select(Recording)).one().original_name == "passwd.wav"


def test_a_recording_that_is_here_already_is_refused_and_the_first_one_stays(
    house: House, interviewer: Visitor, recording: bytes
) -> None:
    slug = a_draft(house)
    for expected in (204, 422):
        where = announce(interviewer, len(recording), story=slug)
        answer = send(interviewer, where, 0, recording)
        assert answer.status_code == expected
    assert "This recording is in the archive already." in answer.text
    with house.db.reading() as session:
        kept = session.scalars(select(Recording)).one()
    assert house.storage.exists(kept.storage_key)


def test_metadata_that_is_none_is_refused(interviewer: Visitor) -> None:
    for header in ("filename ***", "filename //8="):
        assert tus(interviewer, "POST", HERE, Upload_Length="5", Upload_Metadata=header).status_code == 400
    assert tus(interviewer, "POST", HERE).status_code == 400
    assert tus(interviewer, "POST", HERE, Upload_Length="many").status_code == 400
    assert tus(interviewer, "POST", HERE, Upload_Length="5", Upload_Defer_Length="1").status_code == 400
    assert tus(interviewer, "POST", HERE, Upload_Length="5", Upload_Concat="all").status_code == 400


def test_a_piece_of_another_kind_is_refused(interviewer: Visitor) -> None:
    where = announce(interviewer, 100)
    answer = interviewer.client.patch(
        where, data=b"x", headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}, content_type="text/plain"
    )
    assert answer.status_code == 415


def test_a_file_that_lost_its_bytes_begins_again(house: House, interviewer: Visitor) -> None:
    where = announce(interviewer, 100)
    shutil.rmtree(house.incoming)
    house.incoming.mkdir()
    assert send(interviewer, where, 0, b"x").status_code == 410


class TestLimits:
    """A small archive: 1,000 bytes a file, 1,500 a person."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        from dataclasses import replace

        return replace(settings, max_upload_bytes=1_000, upload_quota_bytes=1_500)

    def test_a_file_that_is_too_large_is_refused_before_it_comes(self, interviewer: Visitor) -> None:
        answer = tus(interviewer, "POST", HERE, Upload_Length="1001")
        assert answer.status_code == 413
        assert "larger than this archive takes" in answer.text

    def test_a_file_without_a_length_stops_at_the_limit(self, interviewer: Visitor) -> None:
        where = tus(interviewer, "POST", HERE, Upload_Defer_Length="1").headers["Location"]
        assert send(interviewer, where, 0, b"x" * 600).status_code == 204
        assert send(interviewer, where, 600, b"x" * 401).status_code == 413
        assert tus(interviewer, "HEAD", where).headers["Upload-Offset"] == "600"

    def test_no_more_than_the_quota_is_under_way(self, house: House, interviewer: Visitor) -> None:
        first = announce(interviewer, 1_000)
        answer = tus(interviewer, "POST", HERE, Upload_Length="501")
        assert answer.status_code == 413
        assert "would be on the way at once" in answer.text
        tus(interviewer, "DELETE", first)
        announce(interviewer, 501)
