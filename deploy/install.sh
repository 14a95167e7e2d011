#!/bin/sh
# Makes the virtual environment, or brings it up to date, and says in one sentence what is missing where it cannot.
# usage: [PYTHON=python3.12] install.sh FOLDER REQUIREMENT SENTENCE   (for instance .venv '.[weights]' 'Installing …')
set -eu
python=${PYTHON:-python3}
folder=$1
wanted=$2
sentence=$3
log=$folder/install.log

refuse() {
    echo "$1" >&2
    exit 1
}

command -v "$python" >/dev/null ||
    refuse "Peer Stories needs Python 3.11 or newer, and there is no $python here. On Debian 12: apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    refuse "Peer Stories needs Python 3.11 or newer, and $python is $("$python" -c 'import platform; print(platform.python_version())'). Name a newer one like this: make demo PYTHON=python3.11"
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    refuse "Python's venv module is not installed. On Debian 12: apt-get install python3-venv"

if ! [ -x "$folder/bin/pip" ]; then
    echo "Making a virtual environment in $folder …"
    "$python" -m venv --clear "$folder"
fi

echo "$sentence"
"$folder/bin/pip" install --disable-pip-version-check --no-input --progress-bar off --editable "$wanted" >"$log" 2>&1 &
pip=$!
trap 'kill "$pip" 2>/dev/null; exit 130' INT TERM
while kill -0 "$pip" 2>/dev/null; do
    if [ -t 1 ]; then
        # pip's own account, made short: how many packages it has found, and what it does now.
        printf '\r\033[K  %s packages · %.60s' "$(grep -c '^Collecting' "$log")" \
            "$(grep -E '^ *(Collecting|Downloading|Using cached|Building|Installing|Preparing) ' "$log" | tail -n 1 | sed 's/^ *//; s/ (.*//')"
    fi
    sleep 0.5
done
if [ -t 1 ]; then printf '\r\033[K'; fi
wait "$pip" && exit 0

own=$(sed -n "s/^ *\(The pages' styles and scripts could not.*\)/\1/p" "$log" | head -n 1)
if [ -n "$own" ]; then refuse "$own"; fi
if grep -q -e 'NewConnectionError' -e 'NameResolutionError' -e 'ConnectTimeout' -e 'ProxyError' -e 'Network is unreachable' -e 'Temporary failure' "$log"; then
    refuse "No package registry answers, so Peer Stories could not be installed. Look at the network, then type the same again; what was fetched is kept."
fi
tail -n 3 "$log" >&2
refuse "Installing did not work; the last lines that pip said stand above, all of them in $log."
