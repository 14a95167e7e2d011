"""An address as a QR code (ISO/IEC 18004), as the path of an SVG: no picture is loaded, and none can say who asked."""

from dataclasses import dataclass

import segno

MARGIN = 4  # modules of white around it, as the standard wants


@dataclass(frozen=True, slots=True)
class Qr:
    """path draws the dark modules, each one unit wide, within a square of size units."""

    size: int
    path: str


def qr(address: str) -> Qr:
    """With the second level of error correction: it can be read with a seventh of it worn away."""
    rows = list(segno.make_qr(address, error="m").matrix_iter(border=MARGIN))
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module)
    return Qr(len(rows), "".join(dark))
