"""JSON pointers, names of operations, parameters and features, put to all questions that take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import microspec
from microspec import InvalidElement, InvalidVersion, NoSuchRoute, UnknownName, UnknownOperation, UnknownVersion

from .. import mutate
from .base import Surface, Wrong

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

OPERATIONS = (
    *("POST /servers", "GET /servers", "GET /servers/{server_id}", "POST /servers/{server_id}/action#rebuild"),
    *("GET /os-keypairs", "POST /flavors/{flavor_id}/os-extra_specs", "PUT /os-quota-sets/{tenant_id}", "GET /"),
)
POINTERS = (
    *("/server/networks/*/tag", "/server/name", "/servers/*/id", "", "/", "/rebuild/user_data", "/keypairs/*/keypair"),
    *("/extra_specs/hw:cpu_policy", "/server/metadata/a", "/server/block_device_mapping_v2/*", "/quota_set/cores"),
)
PATHS = ("/servers", "/servers/b1", "/servers/b1/action", "/p1/os-keypairs/mine", "/flavors/1/os-extra_specs/hw:a?a=1")
NAMES = ("limit", "tags", "server-tags", "changes-since", "server-topology", "2.37", "200", "2.1")
SEEDS = {
    "request": POINTERS,
    "response": POINTERS,
    "query": NAMES,
    "feature": NAMES,
    "explain": ("", "", "?limit=1", "/b1", "#rebuild"),
    "match": PATHS,
}
"""What is asked for, by what is asked."""
WORDS = ("/", "*", "~0", "~1", "server", "#", " ", "{server_id}", "GET", "\t", "\n", "-", "/0", "request ", "never")


REFUSALS = (InvalidElement, InvalidVersion, NoSuchRoute, UnknownName, UnknownOperation, UnknownVersion)


class Pointers(Surface):
    """Names of elements, put to `availability`, `history`, `supports`, `explain` and `match`."""

    name = "pointers"
    title = "pointers, and names of operations, parameters and features"
    weight = 4

    def prepare(self) -> None:
        """The bundled specification."""
        compute = microspec.load()
        for operation in OPERATIONS:
            compute.history(operation)
        compute.explain("GET /servers", "2.1")

    def make(self, source: Random) -> Any:
        """An operation, a keyword, what is asked for, and a version."""
        operation = source.choice(OPERATIONS)
        if source.random() < 0.3:
            operation = mutate.text(source, operation, WORDS)
        keyword = source.choice((*SEEDS,))
        asked = mutate.text(source, source.choice(SEEDS[keyword]), WORDS)
        version = (
            mutate.text(source, source.choice(NAMES)) if source.random() < 0.2 else source.choice(("2.1", "2.104"))
        )
        return operation, keyword, asked, version

    def call(self, given: Any) -> Any:
        """The answer, or the error in words."""
        operation, keyword, asked, version = given
        compute = microspec.load()
        try:
            if keyword == "feature":
                return compute.supports(asked, version)
            if keyword == "explain":
                return compute.explain(operation + asked, version).works
            if keyword == "match":
                return compute.at(version).match(operation.partition(" ")[0], asked).operation.key
            when = compute.availability(operation, **{keyword: asked})
            return when, compute.history(operation, **{keyword: asked})
        except REFUSALS as error:
            return str(error)

    def check(self, given: Any, answer: Any) -> Iterable[str]:
        """What is never there has no history, and what is there only since some version has one."""
        if isinstance(answer, str):
            return ("refused",)
        if isinstance(answer, tuple):
            when, events = answer
            if when and "2.1" not in when and not events:
                raise Wrong(f"{given!r} is there at {when}, and nothing brought it")
        return ("answered",)
