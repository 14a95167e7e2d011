#!/bin/sh
# Run a command against a PostgreSQL server of its own, in a temporary folder, on a socket of its own.
# Debian: apt-get install postgresql. The server ends with the command, whatever happens.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)
if [ ! -x "$bin/initdb" ]; then
    echo "No PostgreSQL server here. On Debian: apt-get install postgresql" >&2
    exit 1
fi
folder=$(mktemp -d /tmp/peer-stories-pg.XXXXXX)
as() {
    # PostgreSQL refuses to run as root.
    if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}
stop() {
    as "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT INT TERM
if [ "$(id -u)" -eq 0 ]; then chown postgres "$folder"; fi
as "$bin/initdb" -D "$folder/data" -A trust -U stories >/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c fsync=off -c max_connections=200 -k $folder" start >/dev/null
as "$bin/createdb" -h 127.0.0.1 -p "$port" -U stories stories
PEER_STORIES_TEST_POSTGRES="postgresql+psycopg://stories@127.0.0.1:$port" "$@"
