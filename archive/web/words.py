"""Numbers and dates in words, as templates use them."""

from datetime import date

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
LANGUAGES = {
    "ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian",
    "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "sw": "Swahili",
    "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "yi": "Yiddish",
    "zh": "Chinese",
}  # fmt: skip


def duration(ms: int | None) -> str:
    """How long, as people say it: 11 s, 47 min, 1 h 12 min."""
    seconds = round((ms or 0) / 1000)
    if seconds < 60:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def amount(size: int) -> str:
    """Bytes as people say them: 640 KB, 1.5 MB, 23 MB, 4.7 GB."""
    if size >= 10**9:
        return f"{size / 10**9:.1f} GB"
    if size >= 10**6:
        return f"{size / 10**6:.{1 if size < 10**7 else 0}f} MB"
    return f"{max(1, round(size / 1000))} KB"


def left(seconds: float | None) -> str | None:
    """An estimate, no more exact than it is: about 12 minutes left."""
    if seconds is None:
        return None
    if seconds < 60:
        return "less than a minute left"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"about {minutes} minute{'s' * (minutes != 1)} left"
    return f"about {round(minutes / 60)} hours left"


def clock(ms: int | None) -> str:
    """A moment, 12:41 or 1:02:03; before the beginning with a minus."""
    seconds = abs(ms or 0) // 1000
    sign = "−" if (ms or 0) < 0 else ""
    hours, rest = divmod(seconds, 3600)
    return f"{sign}{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{sign}{rest // 60}:{rest % 60:02}"


def exact(ms: int | None) -> str:
    """A moment to the tenth, as it is typed into a form: 1:02.5."""
    if ms is None:
        return ""
    minutes, tenths = divmod(round(max(ms, 0) / 100), 600)
    return f"{minutes}:{tenths // 10:02}.{tenths % 10}"


def day(given: date | None) -> str:
    return f"{given.day} {MONTHS[given.month - 1]} {given.year}" if given else ""


def language_name(code: str | None) -> str:
    return LANGUAGES.get((code or "").split("-")[0], code or "")
