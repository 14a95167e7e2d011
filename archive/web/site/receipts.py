"""/receipts/CODE: what a withdrawal did, and how it stands now. For whoever has the code, without an account."""

from flask import render_template
from flask.typing import ResponseReturnValue

from archive.days import here
from archive.models import WithdrawalKind
from archive.services import receipts
from archive.services.access import Action
from archive.services.artefacts import COUNTED, INDEX
from archive.services.receipts import Artefact, Receipt
from archive.web.http import door, house, session
from archive.web.shapes import ReceiptLine, ReceiptPage
from archive.web.site import site
from archive.web.words import day

COPIES = frozenset({"listening copy", "uncut copy"})
SAID = {
    "passages": "passages of text",
    "heard pieces": "pieces that a machine heard",
    "edits": "corrections",
    "strikes": "strikes",
    "themes": "themes",
    "questions asked": "marks of questions",
    "moods": "readings of mood",
    "names": "names of people",
    "consent lines": "lines of consent",
    "reviews": "reviews by narrators",
    "messages": "messages of listeners",
    "warnings": "warnings",
    "rights": "notes on rights",
    "embargoes": "embargoes",
    "uploads": "files on their way",
    INDEX: "entries in the search",
}


@door(site, "/receipts/<code>", Action.VISIT)
def receipt(code: str) -> ResponseReturnValue:
    held = receipts.receipt(session(), house().storage, house().index, code)
    page = ReceiptPage(
        code=receipts.printed(held.code),
        made_on=here(held.made_at).date(),
        by="the narrator" if held.by_narrator else "those who keep this archive",
        kind=held.kind.value,
        closed=held.closed,
        erase_on=held.erase_on if held.kind == WithdrawalKind.ERASED else None,
        erased_on=here(held.erased_at).date() if held.erased_at else None,
        restored_on=here(held.restored_at).date() if held.restored_at else None,
        files=tuple(_line(held, each) for each in held.artefacts if each.what not in SAID),
        rows=tuple(_line(held, each) for each in held.artefacts if each.what in SAID),
        place=held.place,
        hash=held.hash,
        fits=held.line_fits,
    )
    return render_template("site/receipt.html", page=page)


def _line(held: Receipt, each: Artefact) -> ReceiptLine:
    label = (
        _counted(each.count or 0, SAID[each.what]) if each.what in SAID else f"{each.what.capitalize()}, {each.name}"
    )
    return ReceiptLine(label, _now(held, each), each.sha256)


def _counted(count: int, many: str) -> str:
    """ "1 strike", "2 strikes": the first word is the one that is counted."""
    first, blank, rest = many.partition(" ")
    one = {"entries": "entry", "embargoes": "embargo"}.get(first, first.removesuffix("s"))
    return f"{count} {one if count == 1 else first}{blank}{rest}"


def _now(held: Receipt, each: Artefact) -> str:
    """What became of it, as it is at this moment."""
    if each.left is None:
        return "cannot be asked just now"
    if not each.left:
        return "out of the search" if each.what == INDEX else "deleted"
    if held.restored_at and not held.closed:
        return "here again, with the story"
    if each.what == INDEX:
        return "left out of every search; they go within minutes"
    if each.what in COPIES:
        return "not served any more; its file goes within minutes"
    if held.erased_at:
        return "still here; it goes within minutes" if each.what not in COUNTED else "still here"
    if held.erase_on:
        return f"kept behind every door, until {day(held.erase_on)}"
    return "kept behind every door"
