"""Recordings as they come: what is in them, their sound, copies to listen to, and a picture of it.

What FFmpeg does is done in a child process (confined.py): importing this package does not even load it.
"""

from uploads.media.confined import Stopped
from uploads.media.copies import Copy, listening_copies, video_copy
from uploads.media.facts import Facts, probe
from uploads.media.refusals import Reason, Unplayable
from uploads.media.sound import Sound, Soundtrack, growing, loss_sentence, soundtrack
from uploads.media.striking import struck_copy, struck_film
from uploads.media.waveform import masked, peaks

__all__ = [
    "Copy",
    "Facts",
    "Reason",
    "Sound",
    "Soundtrack",
    "Stopped",
    "Unplayable",
    "growing",
    "listening_copies",
    "loss_sentence",
    "masked",
    "peaks",
    "probe",
    "soundtrack",
    "struck_copy",
    "struck_film",
    "video_copy",
]
