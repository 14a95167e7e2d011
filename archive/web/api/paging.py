"""?limit= and ?page=, and the Link header (RFC 8288) that leads on."""

from flask import Response, jsonify, request

from archive.services.errors import Invalid
from archive.web.http import with_args

MOST = 100


def whole(name: str, otherwise: int, most: int) -> int:
    """Raises Invalid for what is no whole number from 1."""
    given = request.args.get(name, str(otherwise))
    if not given.isdecimal() or len(given) > 8 or int(given) < 1:
        raise Invalid(f"{name} is a whole number from 1.", name)
    return min(int(given), most)


def listed(body: dict[str, object], page: int, size: int, total: int) -> Response:
    answer = jsonify(body)
    links = []
    if page * size < total:
        links.append(f'<{with_args({"page": str(page + 1)})}>; rel="next"')
    if page > 1:
        links.append(f'<{with_args({"page": str(page - 1)})}>; rel="prev"')
    if links:
        answer.headers["Link"] = ", ".join(links)
    return answer
