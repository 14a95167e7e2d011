#!/bin/sh
# A copy of everything that cannot be made again, while the archive runs: the database, the files, the secret key,
# and what was closed.
# usage: backup.sh FOLDER   (with the archive's PEER_STORIES_* variables set)
# The database first: a file is stored before the database knows of it, so all that this copy names is there to follow.
# The index is left out: `peer-stories reindex` makes it again.
set -eu
umask 077
target=$1
data=${PEER_STORIES_DATA:-data}
mkdir -p "$target"
case ${PEER_STORIES_DATABASE_URL:-} in
postgresql*)
    pg_dump --format=custom --file="$target/archive.pgdump.new" \
        --dbname="$(echo "$PEER_STORIES_DATABASE_URL" | sed 's/+psycopg//')"
    mv "$target/archive.pgdump.new" "$target/archive.pgdump"
    ;;
*)
    rm -f "$target/archive.sqlite.new"
    python3 - "$data/archive.sqlite" "$target/archive.sqlite.new" <<'END'
import pathlib, sqlite3, sys
source = sqlite3.connect(pathlib.Path(sys.argv[1]).absolute().as_uri() + "?mode=rw", uri=True)
source.execute("vacuum into ?", (sys.argv[2],))
END
    mv "$target/archive.sqlite.new" "$target/archive.sqlite"
    ;;
esac
if [ -e "$data/secret_key" ]; then cp -p "$data/secret_key" "$target/"; fi
# What was closed, after the database: the file knows at least what this copy of the database knows.
if [ -e "$data/acts.jsonl" ]; then
    cp -p "$data/acts.jsonl" "$target/acts.jsonl.new"
    mv "$target/acts.jsonl.new" "$target/acts.jsonl"
fi
# What was removed from the archive is removed here too: a withdrawal that the backup does not follow is none.
python3 "$(dirname "$0")/copy_files.py" "$data/files" "$target/files" --delete
