"""Imports for packages that Nova's API modules import and its decorators do not need.

Databases, message queues, the clients of other services: importing Nova's controllers imports them
all, and for an old Nova some cannot even be installed on a newer Python. Whatever is imported from one
of `PACKAGES` is a `StandIn`, which can be called, subclassed, indexed and used as a decorator, and means
nothing. What a decorator or a schema is made of, and what validates or finds validators, is always the real
thing.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = frozenset(
    {
        "castellan",
        "cinderclient",
        "cryptography",
        "eventlet",
        "futurist",
        "glanceclient",
        "jinja2",
        "keystoneauth1",
        "keystonemiddleware",
        "netifaces",
        "neutronclient",
        "nova.db",
        "openstack",
        "os_brick",
        "os_service_types",
        "os_vif",
        "oslo_cache",
        "oslo_concurrency",
        "oslo_db",
        "oslo_limit",
        "oslo_messaging",
        "oslo_middleware",
        "oslo_policy",
        "oslo_privsep",
        "oslo_reports",
        "oslo_service",
        "oslo_upgradecheck",
        "osprofiler",
        "paramiko",
        "paste",
        "psutil",
        "retrying",
        "sqlalchemy",
        "taskflow",
        "tooz",
    }
)


class _Any(type):
    """The type of stand-ins, which are classes, so that Nova can inherit from them."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Any(name, (StandIn,), {})

    def __call__(cls, /, *args: Any, **kwargs: Any) -> Any:
        if cls.__module__ != __name__:  # a class of Nova's, which only inherits from a stand-in
            return super().__call__(*args, **kwargs)
        if len(args) == 1 and not kwargs and isinstance(args[0], types.FunctionType | type):
            return args[0]  # used as a decorator
        return _Any("result", (StandIn,), {})

    def __getitem__(cls, key: object) -> Any:
        return _Any("item", (StandIn,), {})

    def __or__(cls, other: Any) -> Any:
        return cls

    __ror__ = __add__ = __radd__ = __or__

    def __iter__(cls) -> Iterator[Any]:
        return iter(())


class StandIn(metaclass=_Any):
    """Whatever was asked for."""


class _Module(types.ModuleType):
    __path__: list[str] = []  # noqa: RUF012  # a package, so that modules of it can be imported

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(StandIn, name)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        parts = name.split(".")
        if any(".".join(parts[:length]) in PACKAGES for length in (1, 2)):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def install() -> None:
    """Make the imports of `PACKAGES` stand-ins from here on."""
    os.environ["OS_NOVA_DISABLE_EVENTLET_PATCHING"] = "1"
    sys.meta_path.insert(0, _Finder())
