"""A word, a word that is struck, a name and a tone that nothing else has, and where they are found: in a page, in
sound, in a folder that goes along, in a picture."""

import io
import re
from zipfile import ZipFile

import av
import numpy as np
from PIL import Image
from werkzeug.test import TestResponse

from tests.archive.sounds import SPEECH_RATE

WORD, STRUCK, NAME, HERTZ = "kaleidoscope", "quicksilver", "Quillfeather", 1370.0


def canaries(answer: TestResponse, path: str) -> set[str]:
    if answer.mimetype.startswith(("audio/", "video/")):
        return {"tone"} if answer.status_code in (200, 206) and _has_tone(answer.data) else set()
    if answer.mimetype == "application/zip":
        return _unpacked(answer.data)
    if answer.mimetype == "image/png":
        drawn = str(Image.open(io.BytesIO(answer.data)).info["Description"])  # type: ignore[index]
        return {each for each in (WORD, STRUCK, NAME) if each in drawn}
    said = re.sub(r'value="[^"]*"|“[^”]*”|"query":\s*"[^"]*"|<title>.*?</title>|\?q=\w+', "", answer.text)
    said = said.replace(f"next={path}", "")  # the way to sign in leads back to what was asked for
    return {each for each in (WORD, STRUCK, NAME) if re.search(each, said, re.IGNORECASE)}


def _unpacked(data: bytes) -> set[str]:
    """What stands in a keepsake, in its words as they are and in its sound."""
    with ZipFile(io.BytesIO(data)) as folder:
        files = {name: folder.read(name) for name in folder.namelist()}
    sounds = {name for name in files if name.endswith((".m4a", ".webm"))}
    said = b"\n".join(each for name, each in files.items() if name not in sounds).decode()
    found = {each for each in (WORD, STRUCK, NAME) if re.search(each, said, re.IGNORECASE)}
    return found | ({"tone"} if any(_has_tone(files[name]) for name in sounds) else set())


def _has_tone(data: bytes) -> bool:
    with av.open(io.BytesIO(data)) as container:
        to_mono = av.AudioResampler(format="flt", layout="mono", rate=SPEECH_RATE)
        frames = [out for frame in container.decode(audio=0) for out in to_mono.resample(frame)]
        sound = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    spectrum = np.abs(np.fft.rfft(sound))
    at = round(HERTZ * len(sound) / SPEECH_RATE)
    return bool(spectrum[at - 3 : at + 4].max() > 0.02 * len(sound) / 2)
