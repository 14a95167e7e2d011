"""Settings: read once; a value of no use stops the start, with its name, its fault and an example."""

from pathlib import Path

import pytest

from archive.settings import SettingsError, read
from archive.wiring import House


def test_nothing_set_is_all_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read({})
    assert settings.data == tmp_path / "data"
    assert settings.database == f"sqlite:///{tmp_path / 'data' / 'archive.sqlite'}"
    assert (settings.max_upload_bytes, settings.whisper_device, settings.search_url) == (8 * 1024**3, "auto", None)


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert read(
        {"PEER_STORIES_SEARCH_URL": "", "PEER_STORIES_WHISPER_THREADS": "", "PEER_STORIES_MAIL_URL": ""}
    ) == read({})


def test_values_are_read_as_what_they_are(tmp_path: Path) -> None:
    settings = read(
        {"PEER_STORIES_DATA": str(tmp_path), "PEER_STORIES_WHISPER_THREADS": "4", "OTHER": "x",
         "PEER_STORIES_MAX_UPLOAD_BYTES": "1000", "PEER_STORIES_SEARCH_URL": "http://127.0.0.1:7700/",
         "PEER_STORIES_BASE_URL": "https://stories.example.org", "PEER_STORIES_ACCEL": "nginx"}
    )  # fmt: skip
    assert (settings.data, settings.whisper_threads, settings.max_upload_bytes) == (tmp_path, 4, 1000)
    assert (settings.search_url, settings.base_url) == ("http://127.0.0.1:7700", "https://stories.example.org")


WRONG = {
    "DATABASE_URL": ("mysql://x", "oracle", "postgresql://x"),
    "SEARCH_URL": ("localhost", "ftp://x", "http://", "http://x:port", "http://[", "http://x:0"),
    "BASE_URL": ("stories.example.org", "/stories"),
    "WHISPER_DEVICE": ("gpu", "CPU"),
    "WHISPER_THREADS": ("many", "-1", "1.5"),
    "MAX_UPLOAD_BYTES": ("0", "8GB"),
    "ACCEL": ("apache",),
    "SECRET_KEY": ("short",),
    "STORAGE_URL": ("s3://bucket",),
    "MAIL_URL": (
        "smtp://x",
        "x",
        "http://x?from=a@b.c",
        "smtp://?from=a@b.c",
        "smtp://x:port?from=a@b.c",
        "smtp://x?from=me",
        "smtp://x?from=a@b.c&tls=no",
        "smtp://x/path?from=a@b.c",
    ),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_value_of_no_use_is_told_with_its_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"PEER_STORIES_{name}") as told:
        read({f"PEER_STORIES_{name}": value})
    assert "\n" not in str(told.value)
    if name != "STORAGE_URL":
        assert f"For example: PEER_STORIES_{name}=" in str(told.value)


def test_a_data_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="is a file"):
        read({"PEER_STORIES_DATA": str(tmp_path / "file")})


def test_a_secret_is_in_no_message(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as told:
        read({"PEER_STORIES_SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(told.value)
    assert "a-long-secret-key" not in repr(read({"PEER_STORIES_SECRET_KEY": "a-long-secret-key"}))


def test_the_key_of_an_archive_is_made_once_and_is_its_owners_alone(house: House) -> None:
    key = house.secret_key
    assert len(key) == 64
    assert House(house.settings).secret_key == key
    path = house.settings.data / "secret_key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in house.settings.data.glob("secret_key*")] == ["secret_key"]
