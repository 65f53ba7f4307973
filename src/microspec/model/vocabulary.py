"""The closed sets of words in the language that are not names of elements."""

from __future__ import annotations

from typing import Literal

Audience = Literal["anonymous", "any", "owner", "reader", "member", "manager", "admin", "service"]
"""Who may call an operation by default policy.

Keystone's roles within a project (reader, member, manager, admin), `service` (the role of other services), `owner` (the
user whom the resource belongs to), `any` (everyone with a token), and `anonymous` (also those without a token).
Administrators may do everything.
"""

AUDIENCES: dict[Audience, str] = {
    "anonymous": "everyone, without a token",
    "any": "everyone with a token",
    "owner": "the owner",
    "reader": "readers of the project",
    "member": "members of the project",
    "manager": "managers of the project",
    "admin": "administrators",
    "service": "other services",
}
"""Who they are, in words."""

ParameterLocation = Literal["query", "path", "header"]
"""The location of a parameter."""

Holds = Literal["since", "before", "always"]
"""When an operation answers with a status because of a behavior: since the behavior began, before, or always."""

RequestPart = Literal["version", "query", "request"]
"""A part of a request that the specification judges: the version that it asks for, its query, its body."""

UnknownQuery = Literal["ignored", "rejected"]
"""What an operation does with query parameters that it does not know."""

Effect = Literal["added", "removed", "altered"]
"""What a change did to an element."""

ParameterKey = tuple[ParameterLocation, str]
"""What identifies a parameter within an operation: its location and its name."""

ResponseKey = tuple[int, str | None]
"""What identifies an answer within an operation: its status, and its condition, if it has one."""
