"""Recordings as they come: what is in them, their sound, copies to listen to, and a picture of it."""

from uploads.media.copies import Copy, listening_copies
from uploads.media.decoding import Stopped
from uploads.media.facts import Facts, probe
from uploads.media.refusals import Reason, Unplayable
from uploads.media.sound import Soundtrack, loss_sentence, soundtrack
from uploads.media.waveform import peaks

__all__ = [
    "Copy",
    "Facts",
    "Reason",
    "Soundtrack",
    "Stopped",
    "Unplayable",
    "listening_copies",
    "loss_sentence",
    "peaks",
    "probe",
    "soundtrack",
]
