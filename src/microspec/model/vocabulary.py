"""The closed sets of words in the language that are not names of elements."""

from __future__ import annotations

from typing import Literal

Audience = Literal["anonymous", "any", "owner", "reader", "member", "manager", "admin", "service"]
"""Who may call an operation by default policy.

Keystone's roles within a project (reader, member, manager, admin), `service` (the role of other services),
`owner` (the user whom the resource belongs to), `any`: whoever has a token, and `anonymous`: also those
without. Administrators may do everything.
"""

ParameterLocation = Literal["query", "path", "header"]
"""Where a parameter is given."""

Holds = Literal["since", "before", "always"]
"""When an operation answers with a status because of a behavior: since that came, before it did, or both."""

UnknownQuery = Literal["ignored", "rejected"]
"""What an operation does with query parameters that it does not know."""

Effect = Literal["added", "removed", "altered"]
"""What a change did to an element."""

ParameterKey = tuple[ParameterLocation, str]
"""What names a parameter within an operation: where it is given, and what it is called."""

ResponseKey = tuple[int, str | None]
"""What names an answer within an operation: its status, and the condition under which it is given, if there is one."""
