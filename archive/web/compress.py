"""Pages and texts go out compressed, for people on slow lines and without a proxy in front.

Not to somebody who is signed in: their pages hold a token that an onlooker could guess from the sizes of compressed
answers (BREACH, 2013). deploy/nginx.conf leaves compression to us for that reason.
"""

import gzip

from flask import request
from werkzeug.wrappers import Response

from archive.web.http import account

TYPES = frozenset(
    {
        "text/html", "text/plain", "text/vtt", "text/css", "text/javascript", "application/javascript",
        "application/json", "application/problem+json", "image/svg+xml",
    }
)  # fmt: skip
LEAST_BYTES = 1_200  # less fits into one packet anyway
LEVEL = 6


def compress(response: Response) -> Response:
    if response.mimetype not in TYPES or request.path.startswith("/media/"):
        return response
    same_for_all = request.path.startswith("/static/")
    response.vary.update(["Accept-Encoding"] if same_for_all else ["Accept-Encoding", "Cookie"])
    asked = request.accept_encodings.quality("gzip") > 0 and request.method == "GET"
    if not asked or response.status_code != 200 or not (same_for_all or account() is None):
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) >= LEAST_BYTES:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
