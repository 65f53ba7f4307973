"""The shapes of the tables. The JSON Schemas next to the tables are generated from them."""

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
    "The first and the last version of each range; null if a range has no end.",
    Named("versions"),
]

_WithSchema = TypedDict("_WithSchema", {"$schema": str})


class Head(_WithSchema):
    """The keys that every table begins with."""

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
    """The features, with the versions that have them."""

    features: Annotated[dict[str, Feature], "Capabilities by name."]


class Behavior(TypedDict):
    """A behavior, and the versions that have it."""

    text: str
    versions: Versions
    operations: NotRequired[list[str]]


class Behaviors(Head):
    """The behaviors, with the versions that have them."""

    behaviors: Annotated[
        dict[str, Behavior],
        "Changes that no field shows, by name, with the operations that they affect; without operations, all.",
    ]


class Operation(TypedDict):
    """The versions that have an operation, the release that removed it, and what to use instead."""

    versions: Versions
    gone_since: NotRequired[str]
    instead: NotRequired[str]


class Operations(Head):
    """The operations, with the versions that have them."""

    operations: Annotated[
        dict[str, Operation],
        "By METHOD /path, and #action for an action. gone_since: the first release that answers 410 at every version.",
    ]


class Parts(TypedDict, total=False):
    """The parts of an operation, with the versions that have them."""

    request: Annotated[
        dict[str, Versions], "By JSON pointer into the body of a request, in which * stands for any item of an array."
    ]
    query: Annotated[
        dict[str, Versions],
        "By name of a parameter. A name that begins with ^ is a regular expression for names.",
    ]
    response: Annotated[dict[str, Versions], "By JSON pointer into the body of a successful answer."]
    status: Annotated[dict[str, Versions], "By status of an answer, except those that any operation may give."]


class Fields(Head):
    """The fields of bodies, parameters of queries and statuses of answers, with the versions that have them."""

    fields: Annotated[dict[str, Parts], "The parts of operations, by operation."]


class Body(TypedDict, total=False):
    """What decides whether a body is accepted."""

    required: Annotated[
        dict[str, Versions],
        'Fields that are required if the object that they are in is there; "" is the body itself.',
    ]
    open: Annotated[dict[str, Versions], 'Objects that may have fields of other names, too; "" is the body itself.']
    values: Annotated[
        dict[str, dict[JsonType, Versions]],
        "Fields whose rule for values differs between versions, by JSON type (every number is a number). There is a "
        "range of versions for each rule. At other versions, values of this type are refused. Types and fields that "
        "are not listed have one rule at all versions that have the field, or change with the object that they are in.",
    ]


class Query(TypedDict, total=False):
    """What decides whether a query is accepted."""

    required: Annotated[dict[str, Versions], "Required parameters."]
    closed: Annotated[Versions, "The versions that refuse parameters with other names; the others ignore them."]
    values: Annotated[
        dict[str, Versions],
        "Parameters whose rule for values differs between versions; there is a range for each rule.",
    ]


class Request(TypedDict, total=False):
    """What decides whether an operation accepts a request."""

    request: Body
    query: Query


class Requests(Head):
    """Which fields are required, where other names are allowed, and which values only some versions accept."""

    requests: Annotated[
        dict[str, Request],
        "What decides, in addition to the fields, whether an operation accepts a request. If the rule for a value "
        "changes, values has a range of versions for each rule. The rules themselves are in the schemas.",
    ]


class Tables(TypedDict):
    """The tables by name."""

    releases: Releases
    features: Features
    behaviors: Behaviors
    operations: Operations
    fields: Fields
    requests: Requests
