"""Why a file is not taken, in words for the person who brought it."""

from enum import StrEnum


class Reason(StrEnum):
    """What is wrong with a file; the value is for logs and tests."""

    EMPTY = "empty"
    NOT_MEDIA = "not-media"
    LIST = "list"
    CUT_SHORT = "cut-short"
    NO_SOUND = "no-sound"
    SILENT_VIDEO = "silent-video"
    UNKNOWN_CODEC = "unknown-codec"
    UNREADABLE = "unreadable"
    UNKNOWN_PICTURE = "unknown-picture"
    BREAKS = "breaks"
    ENDLESS = "endless"


_SENTENCES = {
    Reason.EMPTY: "it is empty",
    Reason.NOT_MEDIA: "it is not a sound or video file of a kind we know",
    Reason.LIST: "it is a list that points to other files. Please bring in the recording itself",
    Reason.CUT_SHORT: "its end is missing, and with it the part that says where the sound is. "
    "Please copy it once more from the device that recorded it",
    Reason.NO_SOUND: "it holds no sound",
    Reason.SILENT_VIDEO: "it is a video without sound",
    Reason.UNKNOWN_CODEC: "its sound is stored in a way that we cannot play ({detail}). "
    "Saved again as WAV, FLAC, MP3 or M4A it will work",
    Reason.UNREADABLE: "all of its sound is damaged",
    Reason.UNKNOWN_PICTURE: "its picture is damaged or stored in a way that we cannot show ({detail})",
    Reason.BREAKS: "it makes the program that reads it fail, so we stopped. "
    "If it plays elsewhere, saved again as WAV, FLAC, MP3 or M4A it will work",
    Reason.ENDLESS: "reading it takes far longer, or gives far more, than a file of its size should, so we stopped. "
    "If it plays elsewhere, saved again as WAV, FLAC, MP3 or M4A it will work",
}


class Unplayable(Exception):
    """The file cannot be taken. str() is what to tell the person; reason and detail are for the program."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        self.reason, self.detail = reason, detail
        said = _SENTENCES[reason].format(detail=detail or "unknown")
        super().__init__(f"We could not read this file: {said}. Nothing was lost; your original is untouched.")
