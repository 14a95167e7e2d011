"""Make one folder of stored files like another. usage: copy_files.py FROM TO [--delete]

Stored files never change under their name, so only names are compared. A file is whole under its name or not there: a
copy that was broken off is begun anew. --delete removes what FROM does not have: a withdrawal that the backup does not
follow is none.
"""

import os
import shutil
import sys
from pathlib import Path


def names(folder: Path) -> set[Path]:
    """Hidden ones are still being written."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder) for path in found}


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    try:
        shutil.copy2(source, part)
    except FileNotFoundError:  # taken out of the archive meanwhile
        part.unlink(missing_ok=True)
        return
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(target)


def main(source: Path, target: Path, *, delete: bool) -> None:
    target.mkdir(parents=True, exist_ok=True)
    wanted, held = names(source), names(target)
    for name in sorted(wanted - held):
        copy(source / name, target / name)
    for name in held - wanted if delete else ():
        (target / name).unlink(missing_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), delete="--delete" in sys.argv[3:])
