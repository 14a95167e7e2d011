"""What the program reads is told in its README, and nothing in the project leads to one machine or one registry."""

import re
from dataclasses import fields
from pathlib import Path

from archive.cli import COMMANDS
from archive.settings import NOT_YET, PREFIX, READERS, Settings
from tests.rules.sources import ROOT, committed, told

# Put together here, so that this file is no example of what it looks for.
REGISTRIES = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "registry.npm" + "js.org",
    "npmmirror" + ".com",
    "index" + "-url",
)
PLACES = re.compile(r"(?<![\w.~<])/(?:wo" + r"rk|op" + r"t/venv|ro" + r"ot|home/[a-z]+)/[\w.]")
TEMPORARY = re.compile(r"(?<![\w.~])/t" + r"mp/[\w.]")
BINARY = {".png", ".jpg", ".woff2", ".ico", ".gz"}
LOCK = "package-lock.json"


def texts() -> list[tuple[Path, str]]:
    return [(path, path.read_text(errors="replace")) for path in committed() if path.suffix not in BINARY]


def test_every_setting_is_told_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    names = [f"{PREFIX}{each.name.upper()}" for each in fields(Settings)]
    assert [name for name in names if name not in readme] == []


def test_the_readme_tells_of_no_setting_that_is_not_read() -> None:
    known = {f"{PREFIX}{each.name.upper()}" for each in fields(Settings)} | {f"{PREFIX}{name}" for name in NOT_YET}
    told_of = set(re.findall(rf"{PREFIX}[A-Z_]+", (ROOT / "README.md").read_text()))
    assert told_of - known - {f"{PREFIX}TEST_POSTGRES"} == set()


def test_every_setting_has_a_reader() -> None:
    assert set(READERS) == {each.name for each in fields(Settings)}


def test_every_command_is_told_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [name for name in COMMANDS if not re.search(rf"`[^`]*\b{name}\b", readme)] == []


def test_nothing_names_a_package_registry() -> None:
    named = [(told(path), host) for path, text in texts() for host in REGISTRIES if host in text]
    assert named == []


def test_nothing_names_a_place_on_one_machine() -> None:
    texts_here = [(path, text) for path, text in texts() if path.name != "Dockerfile"]  # whose places are its image's
    named = [(told(path), found[0]) for path, text in texts_here if (found := PLACES.search(text))]
    assert named == []


def test_no_package_names_a_temporary_place() -> None:
    """A script under deploy/ may make a folder of its own there; a program asks the system for one."""
    named = [told(path) for path, text in texts() if path.suffix == ".py" and TEMPORARY.search(text)]
    assert named == []
