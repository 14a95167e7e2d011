#!/bin/sh
# Some tests want Debian's chromium and nginx. As root they are fetched; otherwise the tests that miss them are skipped
# and say so.
missing=
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
PATH="$PATH:/usr/sbin" command -v nginx >/dev/null 2>&1 || missing="$missing nginx-light"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    # RUNLEVEL=1 keeps Debian from starting an nginx of its own.
    # shellcheck disable=SC2086  # one word for each package
    apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1 && exit 0
fi
echo "Not here:$missing. The tests that need it will be skipped. On Debian, as root: make system" >&2
