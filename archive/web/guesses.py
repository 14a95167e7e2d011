"""Where a try comes from, and what becomes of wrong ones. They are written in a unit of work of their own, because a
request that is refused keeps nothing."""

from ipaddress import IPv6Address, ip_address

from flask import request

from archive.services import guessing
from archive.services.errors import TooMany
from archive.web.unit import house, session

SLOWER = "There were many wrong tries. Nothing is lost: please wait ten minutes, and try again."


def source(*named: str) -> str:
    return guessing.source(house().secret_key, *named)


def here() -> str:
    """The address this request comes from; of IPv6 the network, for a visitor has as many addresses as they like."""
    given = request.remote_addr or "unknown"
    try:
        address = ip_address(given)
    except ValueError:
        return given
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(int(address) >> 64)
    return str(address)


def refuse_many(*limits: tuple[str, int]) -> None:
    """Raises TooMany where every one of these sources is beyond its limit."""
    if not any(guessing.allowed(session(), each, most) for each, most in limits):
        raise TooMany(SLOWER, min(guessing.wait_s(session(), each, most) for each, most in limits))


def remember(*sources: str) -> None:
    with house().db.writing() as own:
        guessing.wrong(own, *sources)
