"""Where a request comes from, as far as counting needs it: a salted hash that leads back to nobody."""

import hashlib
import hmac
import secrets
from ipaddress import IPv6Address, ip_address, ip_network

from flask import request
from flask import session as cookie

from archive.web.http import house

READER = "reader"  # in the cookie of those who write: a number by chance, gone when the browser is closed


def source(purpose: str) -> str:
    """The same for everything that comes from one place; another one for each purpose."""
    return _hashed(f"{purpose} {_place()}")


def sender(purpose: str) -> str:
    """The same for everything that comes from one browser at one place."""
    reader = cookie.setdefault(READER, secrets.token_hex(8))
    return _hashed(f"{purpose} {_place()} {reader}")


def _place() -> str:
    """Who has one address of IPv6 has 2^64 of them, and counts as one."""
    given = request.remote_addr or ""
    try:
        address = ip_address(given)
    except ValueError:
        return given
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else given


def _hashed(said: str) -> str:
    return hmac.new(house().secret_key.encode(), said.encode(), hashlib.sha256).hexdigest()
