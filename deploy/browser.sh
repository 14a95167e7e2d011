#!/bin/sh
# Browser tests want a Chromium. As root it is fetched from Debian's packages; otherwise the tests say what is missing.
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null && exit 0
fi
echo "No chromium here: the browser tests will be skipped. On Debian: make system" >&2
exit 0
