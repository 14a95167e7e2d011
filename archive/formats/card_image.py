"""A card for links that are shared elsewhere: a PNG of 1200 by 630 in paper and ink, with the voice's waveform as its
emblem. What stands on it stands in its iTXt chunk as well, for whoever does not see it."""

import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import fontpkg_literata
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

MEDIA_TYPE = "image/png"
WIDTH, HEIGHT, MARGIN = 1200, 630, 84
ROOM = WIDTH - 2 * MARGIN
# The light colours of archive/assets/css/tokens.css: a picture does not know who looks at it.
PAPER, INK, QUIET, LINE, ACCENT = "#fbf7ef", "#211c17", "#6b6055", "#cbbfae", "#b23a0e"
BARS, PITCH = 129, 8
TITLE_SIZES, QUOTE_SIZES = (104, 92, 80, 70, 60, 52, 46), (72, 64, 56, 50, 44, 38)
SMALL, BYLINE = 28, 34
FINE = 2  # drawn so many times as large: else letters stand on whole pixels, too near or too far from each other
MOST = 1000  # letters that are looked at: no card has room for more
DOTS = "…"
_LEADING = 1.22
_NARROWEST = 0.36  # of its size is what a letter takes at least, on average
_UNKNOWN = "\U0010fffd"  # for private use: every font draws its box for it


@dataclass(frozen=True, slots=True)
class CardImage:
    """quote: what is said in a clip; by: who speaks, or told it. peaks: bytes of 0 to 100. span: from where to where
    the clip reaches in it, as shares of the whole."""

    archive: str
    title: str
    by: str = ""
    quote: str = ""
    peaks: bytes = b""
    span: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class _Set:
    """Words set in lines of one size."""

    lines: tuple[str, ...]
    size: int

    @property
    def height(self) -> int:
        return round(len(self.lines) * self.size * _LEADING)


@lru_cache(maxsize=64)
def drawn(card: CardImage) -> bytes:
    """20 to 100 KB, in 0.1–0.2 s. Text in letters that the typeface does not hold is left out: it would be boxes."""
    archive, title, by, quote = (_held(text) for text in (card.archive, card.title, card.by, card.quote))
    image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), PAPER)
    pen = ImageDraw.Draw(image)
    _line(pen, 60, archive, SMALL, QUIET)
    if quote:
        said = _quote(pen, quote, _short(", ".join(filter(None, (by, f"in “{title}”" if title else ""))), BYLINE))
        _wave(pen, card, 548, 60)
    else:
        said = _title(pen, title, _short(by, BYLINE))
        _wave(pen, card, 512 if title or by else 345, 116 if title or by else 260)
    return _png(image.reduce(FINE), [archive, *said])


def _quote(pen: ImageDraw.ImageDraw, quote: str, source: str) -> list[str]:
    laid = _fit(f"{quote}”", QUOTE_SIZES, 318)
    top = 120 + (318 - laid.height) // 2
    _write(pen, (MARGIN - _length("“", laid.size) - 4, top), "“", _font(laid.size), ACCENT)
    _lines(pen, top, laid)
    _line(pen, 452, source, BYLINE, QUIET, italic=True)
    return [f"“{' '.join(laid.lines)}", source]


def _title(pen: ImageDraw.ImageDraw, title: str, by: str) -> list[str]:
    laid = _fit(title, TITLE_SIZES, 230)
    both = laid.height + (BYLINE + 26 if by else 0)
    top = 116 + (296 - both) // 2
    _lines(pen, top, laid)
    _line(pen, top + laid.height + 26, by, BYLINE, QUIET, italic=True)
    return [" ".join(laid.lines), by]


def _lines(pen: ImageDraw.ImageDraw, top: int, laid: _Set) -> None:
    for number, line in enumerate(laid.lines):
        _write(pen, (MARGIN, top + number * laid.size * _LEADING), line, _font(laid.size), INK)


def _line(pen: ImageDraw.ImageDraw, top: int, text: str, size: int, fill: str, *, italic: bool = False) -> None:
    _write(pen, (MARGIN, top), _short(text, size, italic=italic), _font(size, italic=italic), fill)


def _write(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, font: ImageFont.FreeTypeFont, fill: str
) -> None:
    pen.text((at[0] * FINE, at[1] * FINE), text, font=font, fill=fill)


def _wave(pen: ImageDraw.ImageDraw, card: CardImage, middle: int, height: int) -> None:
    """Bars as the pages draw them; a dotted line where there is no sound."""
    heights = list(_bars(card.peaks)) or [0.0] * BARS
    for number, share in enumerate(heights):
        at = (number + 0.5) / len(heights)
        half = max(round(share * height / 2), 2)
        left = MARGIN + number * PITCH
        within = card.span is None or card.span[0] - 0.5 / len(heights) <= at <= card.span[1] + 0.5 / len(heights)
        fill = LINE if not within else INK if card.span is None else ACCENT
        box = (left * FINE, (middle - half) * FINE, (left + 4) * FINE - 1, (middle + half) * FINE - 1)
        pen.rounded_rectangle(box, radius=2 * FINE, fill=fill)


def _bars(peaks: bytes) -> Iterator[float]:
    top = max(peaks, default=0) or 1
    many = min(BARS, len(peaks))
    for n in range(many):
        stretch = peaks[n * len(peaks) // many : (n + 1) * len(peaks) // many]
        yield float((max(stretch) / top) ** 1.5)


def _fit(text: str, sizes: Sequence[int], height: int) -> _Set:
    """The largest size in which all of it has room; in the smallest, cut where a word ends."""
    for size in sizes:
        last = size == sizes[-1]
        if not last and (len(text) * _NARROWEST * size > ROOM * (height // (size * _LEADING)) or _breaks(text, size)):
            continue  # nobody need try whether it has room
        laid = _Set(_wrapped(text, size, ROOM), size)
        if laid.height <= height:
            return _Set(_balanced(text, laid), size)
    most = int(height // (sizes[-1] * _LEADING))
    kept, end = list(laid.lines[:most]), f" {DOTS}{'”' if text.endswith('”') else ''}"
    while kept and _length(kept[-1] + end, sizes[-1]) > ROOM:
        shorter = kept[-1].rpartition(" ")[0]
        kept[-1] = shorter or kept[-1][:-1]
    return _Set((*kept[:-1], kept[-1].rstrip(" ,;:–-") + end), sizes[-1])


def _breaks(text: str, size: int) -> bool:
    """Whether a word of it has no room in a line."""
    return any(_length(word, size) > ROOM for word in text.split())


def _balanced(text: str, laid: _Set) -> tuple[str, ...]:
    """In as many lines, of as much the same length as they can have."""
    lines = laid.lines
    for room in range(ROOM - 30, ROOM // 2, -30):
        narrower = _wrapped(text, laid.size, room)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _wrapped(text: str, size: int, room: int) -> tuple[str, ...]:
    lines = [""]
    for word in (part for each in text.split() for part in _broken(each, size, room)):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _length(longer, size) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return tuple(lines)


def _broken(word: str, size: int, room: int) -> Iterator[str]:
    """A word that has no room in a line, in pieces that have."""
    while _length(word, size) > room:
        many = max(int(len(word) * room / _length(word, size)) - 1, 1)
        yield word[:many]
        word = word[many:]
    yield word


def _short(text: str, size: int, *, italic: bool = True) -> str:
    if _length(text, size, italic=italic) <= ROOM:
        return text
    while text and _length(f"{text} {DOTS}", size, italic=italic) > ROOM:
        text = text.rpartition(" ")[0] or text[:-1]
    return f"{text.rstrip(' ,')} {DOTS}"


def _held(text: str) -> str:
    """One line of what can be drawn: signs that the typeface does not hold are passed over, but where it is a letter
    or a digit, nothing of the text is drawn: some of the words would say something else."""
    plain = unicodedata.normalize("NFC", " ".join(text.split()))[:MOST]
    lacking = {mark for mark in set(plain) if not mark.isspace() and not _holds(mark)}
    if any(unicodedata.category(mark)[0] in "LNM" for mark in lacking):
        return ""
    kept = "".join("" if mark in lacking or not mark.isprintable() else mark for mark in plain)
    return " ".join(kept.split())


@lru_cache(maxsize=4096)
def _holds(mark: str) -> bool:
    font = _font(SMALL)
    drawn_as, box = font.getmask(mark), font.getmask(_UNKNOWN)
    return mark.isprintable() and (drawn_as.size, bytes(drawn_as)) != (box.size, bytes(box))


def _length(text: str, size: int, *, italic: bool = False) -> float:
    return _font(size, italic=italic).getlength(text) / FINE


@lru_cache(maxsize=32)
def _font(size: int, *, italic: bool = False) -> ImageFont.FreeTypeFont:
    """The cut for this size: the typeface is drawn finer for titles than for small print."""
    name = "Literata-Italic[opsz,wght].ttf" if italic else "Literata[opsz,wght].ttf"
    font = ImageFont.truetype(str(fontpkg_literata.ROOT / "files" / name), size * FINE)
    font.set_variation_by_axes([min(max(size * 0.6, 7), 72), 400])
    return font


def _png(image: Image.Image, said: Sequence[str]) -> bytes:
    told, into = PngInfo(), io.BytesIO()
    told.add_itxt("Description", "\n".join(filter(None, said)))
    image.save(into, "PNG", pnginfo=told, optimize=False)
    return into.getvalue()
