"""Files that arrive in pieces: tus 1.0.0 at the front door."""

import hashlib
import os
from datetime import timedelta

import time_machine
from sqlalchemy import select

from archive.db import now
from archive.models import Asking, JobKind, Recording, Story, Upload, UploadState
from archive.services import uploads as service
from archive.wiring import House
from archive.worker import Worker
from tests.conftest import Visitor
from tests.web.arriving import HERE, a_draft, announce, metadata, row, send, tus
from uploads import resumable


def test_a_file_in_three_pieces_becomes_a_recording_of_its_story(
    house: House, interviewer: Visitor, recording: bytes
) -> None:
    slug = a_draft(house)
    where = announce(interviewer, len(recording), filename="told on a train.wav", story=slug)
    third = len(recording) // 3
    for offset in (0, third, 2 * third):
        end = offset + third if offset < 2 * third else len(recording)
        assert int(tus(interviewer, "HEAD", where).headers["Upload-Offset"]) == offset
        answer = send(interviewer, where, offset, recording[offset:end])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(end))
    with house.db.reading() as session:
        kept = session.scalars(select(Recording)).one()
        assert kept.sha256 == hashlib.sha256(recording).hexdigest()
        assert kept.original_name == "told on a train.wav"
        assert session.get_one(Story, kept.story_id).slug == slug
        assert b"".join(house.storage.open_range(kept.storage_key)) == recording
    assert row(house, where).state == UploadState.KEPT
    assert list(house.incoming.iterdir()) == []


def test_a_sender_who_missed_the_last_answer_is_told_that_all_is_here(
    house: House, interviewer: Visitor, recording: bytes
) -> None:
    where = announce(interviewer, len(recording), story=a_draft(house))
    send(interviewer, where, 0, recording)
    head = tus(interviewer, "HEAD", where)
    assert (head.status_code, head.headers["Upload-Offset"]) == (200, str(len(recording)))
    assert send(interviewer, where, len(recording), b"").status_code == 204
    with house.db.reading() as session:
        assert len(list(session.scalars(select(Recording)))) == 1


def test_a_server_says_what_it_can(interviewer: Visitor) -> None:
    answer = interviewer.client.options(HERE)
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert "sha1" in answer.headers["Tus-Checksum-Algorithm"]
    for extension in ("creation", "creation-with-upload", "termination", "checksum", "concatenation", "expiration"):
        assert extension in answer.headers["Tus-Extension"].split(",")


def test_the_first_piece_may_come_with_the_announcement(house: House, interviewer: Visitor, recording: bytes) -> None:
    answer = tus(interviewer, "POST", HERE, recording[:500], Upload_Length=str(len(recording)))
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "500")


def test_a_length_may_be_told_later_but_only_once(house: House, interviewer: Visitor, recording: bytes) -> None:
    where = tus(interviewer, "POST", HERE, Upload_Defer_Length="1").headers["Location"]
    assert tus(interviewer, "HEAD", where).headers["Upload-Defer-Length"] == "1"
    assert send(interviewer, where, 0, recording[:900]).status_code == 204
    assert send(interviewer, where, 900, b"", Upload_Length="1000").status_code == 204
    assert send(interviewer, where, 900, b"", Upload_Length="2000").status_code == 422
    assert tus(interviewer, "HEAD", where).headers["Upload-Length"] == "1000"


def test_parts_are_joined_in_the_order_that_is_asked_for(house: House, interviewer: Visitor, recording: bytes) -> None:
    slug = a_draft(house)
    half = len(recording) // 2
    parts = []
    for piece in (recording[:half], recording[half:]):
        made = tus(interviewer, "POST", HERE, piece, Upload_Length=str(len(piece)), Upload_Concat="partial")
        parts.append(made.headers["Location"])
    told = metadata(filename="joined.wav", story=slug)
    whole = tus(interviewer, "POST", HERE, Upload_Concat=f"final;{' '.join(parts)}", Upload_Metadata=told)
    assert (whole.status_code, whole.headers["Upload-Offset"]) == (201, str(len(recording)))
    with house.db.reading() as session:
        assert session.scalars(select(Recording)).one().sha256 == hashlib.sha256(recording).hexdigest()
    assert tus(interviewer, "HEAD", parts[0]).status_code == 404
    assert send(interviewer, whole.headers["Location"], 0, b"x").status_code == 403


def test_a_taken_back_upload_is_gone_with_its_bytes(house: House, interviewer: Visitor, recording: bytes) -> None:
    where = announce(interviewer, len(recording))
    send(interviewer, where, 0, recording[:100])
    override = interviewer.client.post(where, headers={"Tus-Resumable": "1.0.0", "X-HTTP-Method-Override": "DELETE"})
    assert override.status_code == 204
    assert tus(interviewer, "HEAD", where).status_code == 404
    assert list(house.incoming.iterdir()) == []


def test_what_waited_too_long_is_forgotten(house: House, interviewer: Visitor) -> None:
    where = announce(interviewer, 100)
    send(interviewer, where, 0, b"x" * 50)
    with time_machine.travel(now() + timedelta(days=8)):
        assert service.expire(house.db, house.incoming) == 1
    assert list(house.incoming.iterdir()) == []
    assert tus(interviewer, "HEAD", where).status_code == 404


def test_bytes_that_nobody_stands_for_are_swept_away_after_a_day(house: House, interviewer: Visitor) -> None:
    where = announce(interviewer, 100)
    send(interviewer, where, 0, b"x" * 50)
    for name in (f"{'a' * 32}.arriving", "left.received", "of-somebody-else.txt"):
        (house.incoming / name).write_bytes(b"x")
    service.expire(house.db, house.incoming)
    assert len(list(house.incoming.iterdir())) == 4
    with time_machine.travel(now() + timedelta(days=2)):
        service.expire(house.db, house.incoming)
    left = sorted(path.name for path in house.incoming.iterdir())
    assert left == sorted([f"{where.rpartition('/')[2]}.arriving", "of-somebody-else.txt"])


def test_an_upload_that_goes_on_is_given_its_week_again(house: House, interviewer: Visitor) -> None:
    where = announce(interviewer, 100)
    before = row(house, where).expires_at
    with house.db.writing() as session:
        session.get_one(Upload, where.rpartition("/")[2]).expires_at = now() + timedelta(days=2)
    send(interviewer, where, 0, b"x")
    assert row(house, where).expires_at >= before


def test_ten_thousand_tiny_pieces_are_one_file(house: House, interviewer: Visitor) -> None:
    many = int(os.environ.get("PEER_STORIES_TEST_PIECES", "400"))
    where = announce(interviewer, many + 1)
    for offset in range(many):
        assert send(interviewer, where, offset, b"x").status_code == 204
    assert tus(interviewer, "HEAD", where).headers["Upload-Offset"] == str(many)


def test_a_killed_server_leaves_a_whole_file_that_the_worker_keeps(
    house: House, interviewer: Visitor, recording: bytes
) -> None:
    slug = a_draft(house)
    where = announce(interviewer, len(recording), story=slug)
    with (house.incoming / f"{where.rpartition('/')[2]}.arriving").open("ab") as file:
        file.write(recording)  # all bytes came, and then the server died
    Worker(house, [JobKind.PURGE]).run(drain=True)
    assert row(house, where).state == UploadState.KEPT
    with house.db.reading() as session:
        assert session.scalars(select(Recording)).one().sha256 == hashlib.sha256(recording).hexdigest()


def test_who_asks_while_the_last_piece_is_looked_at_is_told_to_ask_again(
    house: House, interviewer: Visitor, recording: bytes
) -> None:
    where = announce(interviewer, len(recording), story=a_draft(house))
    id_ = where.rpartition("/")[2]
    with (house.incoming / f"{id_}.arriving").open("ab") as file:
        file.write(recording)
    with resumable.held(house.incoming, id_):  # another thread of the server is at it
        assert tus(interviewer, "HEAD", where).status_code == 423
    assert row(house, where).state == UploadState.ARRIVING
    head = tus(interviewer, "HEAD", where)  # its server has died meanwhile
    assert (head.status_code, head.headers["Upload-Offset"]) == (200, str(len(recording)))
    assert row(house, where).state == UploadState.KEPT


def test_questions_asked_while_recording_become_marks(house: House, interviewer: Visitor, recording: bytes) -> None:
    where = announce(interviewer, len(recording), story=a_draft(house))
    asked = [[300, None, "What did you give up on, and was it right?"], [1200, 4711, "And then?"]]
    headers = {"Tus-Resumable": "1.0.0"}
    assert interviewer.client.post(f"{where}/askings", json=asked, headers=headers).status_code == 204
    assert interviewer.client.post(f"{where}/askings", json=[["x"]], headers=headers).status_code == 422
    send(interviewer, where, 0, recording)
    with house.db.reading() as session:
        marks = list(session.scalars(select(Asking).order_by(Asking.at_ms)))
    assert [(mark.at_ms, mark.question_id, mark.text) for mark in marks] == [
        (300, None, "What did you give up on, and was it right?"),
        (1200, None, "And then?"),
    ]


def test_a_file_without_a_story_waits_until_it_is_given_to_one(
    house: House, interviewer: Visitor, recording: bytes
) -> None:
    where = announce(interviewer, len(recording), filename="sent by a script.wav")
    send(interviewer, where, 0, recording)
    assert row(house, where).state == UploadState.ARRIVED
    assert "sent by a script.wav" in interviewer.get("/studio").text
    slug = a_draft(house)
    page = f"/studio/{slug}"
    assert "It belongs to this one" in interviewer.get(page).text
    given = interviewer.post(f"{page}/recordings/{where.rpartition('/')[2]}", at=page)
    assert given.status_code == 303
    assert row(house, where).state == UploadState.KEPT
    with house.db.reading() as session:
        kept = session.scalars(select(Recording)).one()
        assert session.get_one(Story, kept.story_id).slug == slug
    interviewer.post(f"{page}/recordings/{where.rpartition('/')[2]}", at=page)
    assert "belongs to a story already" in interviewer.get(page).text
