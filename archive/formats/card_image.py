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
MOST = 600  # letters that are looked at: no card has room for more
DOTS = "…"
_LEADING = 1.22
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
    """Some 50 KB, in about 0.1 s. Text in letters that the typeface does not hold is left out: it would be boxes."""
    archive, title, by, quote = (_held(text) for text in (card.archive, card.title, card.by, card.quote))
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    _line(pen, 60, archive, SMALL, QUIET)
    if quote:
        said = _quote(pen, quote, _short(", ".join(filter(None, (by, f"in “{title}”" if title else ""))), BYLINE))
        _wave(pen, card, 548, 60)
    else:
        said = _title(pen, title, _short(by, BYLINE))
        _wave(pen, card, 512 if title or by else 345, 116 if title or by else 260)
    return _png(image, [archive, *said])


def _quote(pen: ImageDraw.ImageDraw, quote: str, source: str) -> list[str]:
    laid = _fit(f"{quote}”", QUOTE_SIZES, 318)
    top = 120 + (318 - laid.height) // 2
    font = _font(laid.size)
    pen.text((MARGIN - font.getlength("“") - 4, top), "“", font=font, fill=ACCENT)
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
        pen.text((MARGIN, top + round(number * laid.size * _LEADING)), line, font=_font(laid.size), fill=INK)


def _line(pen: ImageDraw.ImageDraw, top: int, text: str, size: int, fill: str, *, italic: bool = False) -> None:
    pen.text((MARGIN, top), _short(text, size, italic=italic), font=_font(size, italic=italic), fill=fill)


def _wave(pen: ImageDraw.ImageDraw, card: CardImage, middle: int, height: int) -> None:
    """Bars as the pages draw them; a dotted line where there is no sound."""
    heights = list(_bars(card.peaks)) or [0.0] * BARS
    for number, share in enumerate(heights):
        at = (number + 0.5) / len(heights)
        half = max(round(share * height / 2), 2)
        left = MARGIN + number * PITCH
        within = card.span is None or card.span[0] - 0.5 / len(heights) <= at <= card.span[1] + 0.5 / len(heights)
        fill = LINE if not within else INK if card.span is None else ACCENT
        pen.rounded_rectangle((left, middle - half, left + 3, middle + half), radius=1, fill=fill)


def _bars(peaks: bytes) -> Iterator[float]:
    top = max(peaks, default=0) or 1
    many = min(BARS, len(peaks))
    for n in range(many):
        stretch = peaks[n * len(peaks) // many : (n + 1) * len(peaks) // many]
        yield float((max(stretch) / top) ** 1.5)


def _fit(text: str, sizes: Sequence[int], height: int) -> _Set:
    """The largest size in which all of it has room; in the smallest, cut where a word ends."""
    for size in sizes:
        laid = _Set(_wrapped(text, size, ROOM), size)
        broken = size != sizes[-1] and any(_font(size).getlength(word) > ROOM for word in text.split())
        if laid.height <= height and not broken:
            return _Set(_balanced(text, laid), size)
    most = int(height // (sizes[-1] * _LEADING))
    kept, end = list(laid.lines[:most]), f" {DOTS}{'”' if text.endswith('”') else ''}"
    while kept and _font(sizes[-1]).getlength(kept[-1] + end) > ROOM:
        shorter = kept[-1].rpartition(" ")[0]
        kept[-1] = shorter or kept[-1][:-1]
    return _Set((*kept[:-1], kept[-1].rstrip(" ,;:–-") + end), sizes[-1])


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
    font, lines = _font(size), [""]
    for word in (part for each in text.split() for part in _broken(each, size, room)):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return tuple(lines)


def _broken(word: str, size: int, room: int) -> Iterator[str]:
    """A word that has no room in a line, in pieces that have."""
    font = _font(size)
    while font.getlength(word) > room:
        many = max(int(len(word) * room / font.getlength(word)) - 1, 1)
        yield word[:many]
        word = word[many:]
    yield word


def _short(text: str, size: int, *, italic: bool = True) -> str:
    font = _font(size, italic=italic)
    if font.getlength(text) <= ROOM:
        return text
    while text and font.getlength(f"{text} {DOTS}") > ROOM:
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


@lru_cache(maxsize=32)
def _font(size: int, *, italic: bool = False) -> ImageFont.FreeTypeFont:
    """The cut for this size: the typeface is drawn finer for titles than for small print."""
    name = "Literata-Italic[opsz,wght].ttf" if italic else "Literata[opsz,wght].ttf"
    font = ImageFont.truetype(str(fontpkg_literata.ROOT / "files" / name), size)
    font.set_variation_by_axes([min(max(size * 0.6, 7), 72), 400])
    return font


def _png(image: Image.Image, said: Sequence[str]) -> bytes:
    told, into = PngInfo(), io.BytesIO()
    told.add_itxt("Description", "\n".join(filter(None, said)))
    image.save(into, "PNG", pnginfo=told, optimize=False)
    return into.getvalue()
