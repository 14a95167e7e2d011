"""The files that the rules are about."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("archive", "search", "uploads")
TEMPLATES = ROOT / "archive" / "web" / "templates"


def python_files() -> list[Path]:
    """Ours, without migrations: those are as long as the tables they make."""
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts and "node_modules" not in path.parts)


def committed() -> list[Path]:
    """Every file that is part of the project, or would be with the next commit."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False, text=True,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip(f"only a clone says which files are the project's: {listed.stderr.strip()}")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def told(path: Path) -> str:
    return str(path.relative_to(ROOT))
