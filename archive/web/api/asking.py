"""A request read through its model: parameters of the address, and JSON bodies."""

from typing import Annotated, Any, TypeVar, get_origin

from flask import request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from archive.services.errors import Invalid

Model = TypeVar("Model", bound=BaseModel)
BODY_BYTES = 64 * 1024
MOST = 100  # of a list at once
WHOLE = {"int_parsing", "int_type", "int_from_float", "greater_than_equal", "less_than_equal", "value_error"}
CHOICES = {"literal_error", "enum"}


def _digits(given: Any) -> Any:
    """pydantic would take 1_000, +5 and 7.0 for numbers as well."""
    if isinstance(given, str) and not (given.isascii() and given.isdecimal() and len(given) <= 10):
        raise ValueError("no whole number")
    return given


Number = Annotated[int, Field(ge=1, le=1_000_000_000), BeforeValidator(_digits)]


Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]  # a NUL is refused at every door


def _number(given: Any) -> Any:
    """35.0 is a whole number to JSON Schema, true and "35" are none."""
    if isinstance(given, bool | str):
        raise ValueError("no whole number")
    return given


Position = Annotated[int, Field(ge=0, le=1_000_000, strict=False), BeforeValidator(_number)]


class Page(BaseModel):
    """Where one is in a list. page counts from the first; a cursor goes on behind what was shown last."""

    limit: Number = Field(default=20, description=f"How many at once; more than {MOST} counts as {MOST}.")
    page: Number = Field(default=1, description="The number of the page, from 1.")

    @property
    def size(self) -> int:
        return min(self.limit, MOST)

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


class Leaf(BaseModel):
    """A piece of a list that is whole unless a limit is given."""

    limit: Number | None = Field(default=None, description="How many at once; all unless given.")
    cursor: Text | None = Field(default=None, description="Where to go on: from the Link header of the answer before.")


class Taken(BaseModel):
    """A JSON body: what it does not know is refused, and a number in quotes is no number."""

    model_config = ConfigDict(extra="forbid", strict=True)


def read_query(model: type[Model]) -> tuple[Model, tuple[str, ...]]:
    """The parameters, and the names of those that the model does not know: they are ignored, and the answer says so.
    Raises Invalid."""
    given: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        values = request.args.getlist(name)
        if len(values) > 1 and get_origin(field.annotation) is not list:
            raise Invalid(f"{name} can be given once.", name)
        if values:
            given[name] = values if get_origin(field.annotation) is list else values[0]
    unknown = tuple(name for name in request.args if name not in model.model_fields)
    try:
        return model.model_validate(given), unknown
    except ValidationError as fault:
        raise _invalid(fault, model) from fault


def read_body(model: type[Model]) -> Model:
    """Raises UnsupportedMediaType, RequestEntityTooLarge, BadRequest for what is no JSON, and Invalid."""
    if not request.is_json:
        raise UnsupportedMediaType("Please send the body as application/json.")
    body = request.get_data()  # two megabytes at most: see web.app
    if len(body) > BODY_BYTES:
        raise RequestEntityTooLarge
    try:
        return model.model_validate_json(body)
    except ValidationError as fault:
        if fault.errors()[0]["type"] == "json_invalid":
            raise BadRequest("The body is no JSON.") from fault
        raise _invalid(fault, model) from fault


def _invalid(fault: ValidationError, model: type[BaseModel]) -> Invalid:
    """One clear sentence about the first thing at fault."""
    first = fault.errors(include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "body"
    context = first.get("ctx", {})
    if first["type"] in WHOLE:
        limits = model.model_fields[name].metadata
        least = next((f" from {each.ge}" for each in limits if hasattr(each, "ge")), "")
        sentence = f"{name} is a whole number{least}."
        if "le" in context:
            sentence = f"{name} is {context['le']} at most."
    elif first["type"] in CHOICES:
        sentence = f"{name} is {context['expected'].replace(chr(39), '')}."
    elif first["type"] == "too_long":
        sentence = f"{name} can be given {context['max_length']} times at most."
    elif first["type"] == "missing":
        sentence = f"{name} is missing."
    elif first["type"] == "extra_forbidden":
        sentence = f"There is no {name[:100]} here."
    else:
        sentence = f"{name}: {first['msg'][0].lower()}{first['msg'][1:]}."
    return Invalid(sentence, name[:100])
