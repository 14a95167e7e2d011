"""How long stories are, in four sizes that lists can be narrowed by."""

MINUTE_MS = 60_000
# Key, name, and the minutes before which a length still belongs to it.
LENGTHS = (("0-10", "under 10 minutes", 10), ("10-30", "10 to 30 minutes", 30), ("30-60", "30 to 60 minutes", 60))
LONGEST = ("60-", "over an hour")
NAMES = {**{key: name for key, name, _ in LENGTHS}, LONGEST[0]: LONGEST[1]}


def length_of(duration_ms: int | None) -> str | None:
    """The key of a story's size; None where there is no sound to measure."""
    if not duration_ms:
        return None
    return next((key for key, _, minutes in LENGTHS if duration_ms < minutes * MINUTE_MS), LONGEST[0])
