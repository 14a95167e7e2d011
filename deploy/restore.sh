#!/bin/sh
# Put back what backup.sh has copied, and close again what was closed since.
# usage: restore.sh FOLDER   (as the archive's user, with its PEER_STORIES_* variables set, web and workers stopped)
# This machine's own acts.jsonl stays: it knows of strikes, withdrawals and consents that the backup does not know of,
# and `peer-stories db upgrade` does them again before anything is served. On a new machine the backup's own is taken.
set -eu
umask 077
from=$1
data=${PEER_STORIES_DATA:-data}
program=${PEER_STORIES_PROGRAM:-peer-stories}
here=$(dirname "$0")
if [ ! -e "$from/archive.sqlite" ] && [ ! -e "$from/archive.pgdump" ]; then
    echo "$from holds no backup: neither archive.sqlite nor archive.pgdump is in it. Nothing was changed." >&2
    exit 1
fi
if [ -e "$data/address" ]; then
    echo "The archive is still being served ($(cat "$data/address")). Stop it first; nothing was changed." >&2
    echo "If it was killed and is not running any more, delete $data/address." >&2
    exit 1
fi
mkdir -p "$data"

# First of all: whatever breaks off below, the file that knows is there when the database of the backup is.
python3 - "$from/acts.jsonl" "$data/acts.jsonl" <<'END'
import os, pathlib, sys
backup, own = map(pathlib.Path, sys.argv[1:])
lines = [line for file in (backup, own) if file.exists() for line in file.read_text().splitlines() if line]
merged = own.with_suffix(".new")
with merged.open("w") as file:
    file.writelines(line + "\n" for line in dict.fromkeys(lines))
    file.flush()
    os.fsync(file.fileno())
merged.replace(own)
END

case ${PEER_STORIES_DATABASE_URL:-} in
postgresql*)
    pg_restore --clean --if-exists --no-owner --single-transaction \
        --dbname="$(echo "$PEER_STORIES_DATABASE_URL" | sed 's/+psycopg//')" "$from/archive.pgdump"
    ;;
*)
    cp "$from/archive.sqlite" "$data/archive.sqlite.new"
    rm -f "$data/archive.sqlite-wal" "$data/archive.sqlite-shm"
    mv "$data/archive.sqlite.new" "$data/archive.sqlite"
    ;;
esac
if [ -e "$from/secret_key" ] && [ ! -e "$data/secret_key" ]; then cp -p "$from/secret_key" "$data/"; fi
python3 "$here/copy_files.py" "$from/files" "$data/files"

$program db upgrade
$program reindex
echo "Restored. Start the archive; 'peer-stories check' reads every file and says whether each is what it was."
