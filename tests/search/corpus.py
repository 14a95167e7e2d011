"""Passages for trying indexes on: CORPUS for words and filters, MEANT for what is meant."""

from math import sqrt
from struct import pack
from typing import Any

from search.documents import DIMENSIONS, Audience, PassageDocument


def vector(**axes: float) -> bytes:
    """What a text means, made by hand: how far it points along each named axis."""
    length = sqrt(sum(value * value for value in axes.values()))
    values = [axes.get(axis, 0.0) / length for axis in AXES] + [0.0] * (DIMENSIONS - len(AXES))
    return pack(f"<{DIMENSIONS}e", *values)


AXES = ("despair", "sea", "bread", "school")


def _coal_town(id_: str, ordinal: int, text: str, **fields: Any) -> PassageDocument:
    return PassageDocument(
        id=id_,
        story="coal-town",
        ordinal=ordinal,
        text=text,
        title="Under the ground",
        language="en",
        names=("Anna Kowalska", "Jo Meyer"),
        narrators=("anna-kowalska",),
        interviewers=("jo-meyer",),
        place="Kraków / Nowa Huta",
        year=1957,
        **fields,
    )


def _river(id_: str, ordinal: int, text: str, **fields: Any) -> PassageDocument:
    by = {"names": ("Mary Müller",), "narrators": ("mary-mueller",), "language": "en", "year": 1968}
    return PassageDocument(id=id_, story="river", ordinal=ordinal, text=text, title="By boat", **by, **fields)


def _ship(number: int) -> PassageDocument:
    story, ordinal = divmod(number, 5)
    return PassageDocument(
        id=f"ship-{number}",
        story=f"ships-{story}",
        ordinal=ordinal,
        text=f"A ship left the harbour in fog, and pilot {number} stayed behind.",
        title="The harbour",
        names=("Ole Hansen", "Jo Meyer"),
        themes=("sea",),
        year=1900 + story % 4,
    )


def _bare(id_: str, text: str, **fields: Any) -> PassageDocument:
    return PassageDocument(id=id_, story=id_, ordinal=1, text=text, title="", **fields)


_UNION = {"themes": ("strikes", "work"), "theme_labels": ("Strikes and unions", "Work")}
HOSTILE = ('"] OR 1=1', "back\\slash\\", "Work", "wörk", "a b/c", "_77_", "'", "north, south")
_PUBLIC = [
    _coal_town("coal-1", 1, "My father worked in the coal mines near Kraków until the strike.", **_UNION),
    _coal_town("coal-2", 2, "The strike of 1968 lasted eleven weeks, and nobody was paid.", **_UNION, state="verified"),
    _coal_town("coal-3", 3, "In spring my apprenticeship began. Mines need no lantern makers, coal is enough."),
    _river("river-1", 1, "We crossed the river by night, with a lantern.", themes=("night",)),
    _river("river-2", 2, "Father built the boat himself, a well-known boat with a small sail.", themes=("work",)),
    _river("river-3", 3, "Nobody asked for Anna Kowalska; among so many names she was one."),
    _bare("chinese", "我们住在北京的胡同里", language="zh"),
    _bare("japanese", "東京都に住んでいました。", language="ja"),
    _bare("thai", "ภาษาไทยในกรุงเทพ", language="th"),
    _bare("hostile", 'He wrote <b>100 %</b> \\ "don\'t" and left.', themes=HOSTILE),
    *map(_ship, range(40)),
]
_SECRET = _bare(
    "secret", "The informant came from Zanzibarnia.", themes=("sealed",), narrators=("nobody-may-know",), year=1999
)
CORPUS = {Audience.PUBLIC: _PUBLIC, Audience.STAFF: [*_PUBLIC, _SECRET]}


def _meant(id_: str, story: str, text: str, said: bytes | None, **fields: Any) -> PassageDocument:
    ordinal = int(id_.rsplit("-", 1)[1])
    return PassageDocument(id=id_, story=story, ordinal=ordinal, text=text, title="", vector=said, **fields)


def _winter(id_: str, text: str, said: bytes | None, *themes: str) -> PassageDocument:
    return _meant(id_, "winter", text, said, narrators=("ida", "ola"), themes=themes, language="en", year=1947)


def _baker(id_: str, text: str, said: bytes | None, *themes: str) -> PassageDocument:
    return _meant(id_, "baker", text, said, narrators=("ida",), themes=themes, language="en", year=1961)


# Seen from despair, the cosines are 1.0 (winter-1), 0.95 (pilot-1), 0.89 (baker-1), 0.45 (winter-2), 0.2 (pilot-2).
_MEANT = [
    _winter("winter-1", "I could not go on any more.", vector(despair=1), "endurance"),
    _winter("winter-2", "Nobody at sea gave up hope.", vector(despair=0.5, sea=1), "endurance", "sea"),
    _winter("winter-3", "Mother gave up her bread for us.", vector(bread=1), "food"),
    _baker("baker-1", "That was when I wanted to leave everything behind.", vector(despair=1, bread=0.5), "food"),
    _baker("baker-2", "The oven was never cold.", vector(bread=1, school=0.1), "food"),
    _baker("baker-3", "They gave up the shop in the end.", None, "food"),
    _meant("pilot-1", "pilot", "We nearly gave up that night.", vector(despair=1, sea=0.33), themes=("sea",)),
    _meant("pilot-2", "pilot", "The harbour lay far behind us.", vector(despair=0.2, sea=0.98), themes=("sea",)),
]
_WHISPERED = _meant("sealed-1", "sealed", "The informant despaired.", vector(despair=1), narrators=("nobody",))
MEANT = {Audience.PUBLIC: _MEANT, Audience.STAFF: [*_MEANT, _WHISPERED]}
