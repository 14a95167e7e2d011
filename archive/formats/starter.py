"""The small set of themes that comes with the program."""

from importlib.resources import files

from archive.formats import skos
from archive.formats.skos import Form
from archive.services.concepts import Concept


def starter_concepts() -> list[Concept]:
    return skos.read(files("archive").joinpath("themes", "starter.ttl").read_bytes(), Form.TURTLE)
