"""The shapes of the tables, of which the JSON Schemas beside them are made."""

# Not `from __future__ import annotations`: the JSON Schemas are made of the annotations.

from typing import Annotated, NotRequired, TypedDict

from ..questions.requirements import JsonType
from .schemas import Named, Pattern

Version = Annotated[
    str,
    Pattern(r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$"),
    "MAJOR.MINOR; the minor counts up by one, so 2.10 follows 2.9.",
    Named("version"),
]
Versions = Annotated[
    list[tuple[Version, Version | None]],
    "The first and the last version of each range; null where a range has no end.",
    Named("versions"),
]

_WithSchema = TypedDict("_WithSchema", {"$schema": str})


class Head(_WithSchema):
    """What every table begins with."""

    service: str
    min_version: Version
    max_version: Version


class Release(TypedDict):
    """A release of the software. `version` is that of its first package, `series` its number or year."""

    key: str
    name: str
    version: str
    series: str
    max_version: Version


class Releases(Head):
    """The releases, and the highest version of each."""

    releases: Annotated[list[Release], "The releases of the software, oldest first."]


class Feature(TypedDict):
    """A capability, and the versions that have it."""

    text: str
    versions: Versions


class Features(Head):
    """The versions that have a feature."""

    features: Annotated[dict[str, Feature], "Capabilities by name."]


class Behavior(TypedDict):
    """A way to behave, and the versions that behave in it."""

    text: str
    versions: Versions
    operations: NotRequired[list[str]]


class Behaviors(Head):
    """The versions that behave in a way that no field shows."""

    behaviors: Annotated[
        dict[str, Behavior],
        "Changes that no field shows, by name; with the operations that they are about, without them about all.",
    ]


class Operation(TypedDict):
    """The versions that have an operation, since when it is gone, and what to use instead."""

    versions: Versions
    gone_since: NotRequired[str]
    instead: NotRequired[str]


class Operations(Head):
    """The versions that have an operation."""

    operations: Annotated[
        dict[str, Operation],
        "By METHOD /path, and #action for an action. gone_since: the release that answers 410 at every version.",
    ]


class Parts(TypedDict, total=False):
    """What an operation consists of, and the versions that have it."""

    request: Annotated[
        dict[str, Versions], "By JSON pointer into the body of a request, in which * is any item of an array."
    ]
    query: Annotated[
        dict[str, Versions],
        "By name of a parameter; one that begins with ^ is a regular expression, which names match.",
    ]
    response: Annotated[dict[str, Versions], "By JSON pointer into the body of a successful answer."]
    status: Annotated[dict[str, Versions], "By status of an answer, except those that any operation may give."]


class Fields(Head):
    """The versions that have a field of a body, a parameter of a query, a status of an answer."""

    fields: Annotated[dict[str, Parts], "What operations consist of, by operation."]


class Body(TypedDict, total=False):
    """What decides whether a body is taken."""

    required: Annotated[
        dict[str, Versions],
        'Fields that have to be there, if the object is there that they are in; "" is the body itself.',
    ]
    open: Annotated[dict[str, Versions], 'Objects that may have fields of other names, too; "" is the body itself.']
    values: Annotated[
        dict[str, dict[JsonType, Versions]],
        "Fields that take other values, or values of other types, at some versions than at others, by type of "
        "JSON (every number is a number). At other versions values of this type are refused. Types that are not "
        "here, and fields, have one rule wherever the field is, or change with the object that they are in.",
    ]


class Query(TypedDict, total=False):
    """What decides whether a query is taken."""

    required: Annotated[dict[str, Versions], "Parameters that have to be given."]
    closed: Annotated[Versions, "Where parameters of other names are refused; else they are ignored."]
    values: Annotated[dict[str, Versions], "Parameters that take other values at some versions than at others."]


class Request(TypedDict, total=False):
    """What decides whether an operation takes a request."""

    request: Body
    query: Query


class Requests(Head):
    """What has to be sent, where other names may be sent too, which values are taken at some versions only."""

    requests: Annotated[
        dict[str, Request],
        "What decides, beside the fields that there are, whether an operation takes a request. Where the rules for "
        "values change, values has the ranges of versions with one rule each; the rules themselves are in the schemas.",
    ]


class Tables(TypedDict):
    """The tables by name."""

    releases: Releases
    features: Features
    behaviors: Behaviors
    operations: Operations
    fields: Fields
    requests: Requests
