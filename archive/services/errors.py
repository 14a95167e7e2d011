"""Refusals have names. str() is one sentence that a person can be shown."""


class Refusal(Exception):
    """Something was asked for that cannot be done; nothing was changed."""


class NotAllowed(Refusal):
    """Signed in or not, this person may not do this, and may know that it exists."""


class NotFound(Refusal):
    """It is not there, or this person may not know that it is."""


class Gone(NotFound):
    """It stood here, in public, and was withdrawn."""


class Conflict(Refusal):
    """It contradicts what is already here."""


class Invalid(Refusal):
    """The input is of no use. field names the one at fault, where one is."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class Resting(Refusal):
    """A part of the archive is not answering; the rest goes on."""


class TooMany(Refusal):
    """The same was tried or asked so often that whoever does has to wait; so many seconds, as far as one knows."""

    def __init__(self, sentence: str, after_s: int = 3600) -> None:
        super().__init__(sentence)
        self.after_s = after_s
