"""What each program of this package begins with: releases of Nova, what microspec says of each, and the questions."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml

import microspec

from .nova import Nova
from .ours import Ours
from .plan import Plan
from .samples import Samples

if TYPE_CHECKING:
    from microspec import History


class Prepared(NamedTuple):
    """The newest release is the first. `ours` and `sdists`, Nova's source distributions, are by release."""

    history: History
    novas: list[Nova]
    ours: dict[str, Ours]
    sdists: dict[str, Path]
    plan: Plan

    @property
    def newest(self) -> Nova:
        """The newest release of Nova."""
        return self.novas[0]


def parser(program: str) -> argparse.ArgumentParser:
    """The arguments of each program: releases of Nova, the folder of their sources, and the page to write."""
    made = argparse.ArgumentParser(prog=program)
    made.add_argument("novas", nargs="+", metavar="RELEASE=PYTHON", type=release)
    made.add_argument("--work", type=Path, required=True)
    made.add_argument("--write", type=Path)
    return made


def release(text: str) -> tuple[str, str]:
    """A release, and the interpreter of the environment that it is installed in."""
    name, _, python = text.partition("=")
    return name, python


def prepare(arguments: argparse.Namespace) -> Prepared:
    """Ask each release what it has, and make the questions."""
    table = yaml.safe_load(Path(__file__).with_name("operations.yaml").read_text(encoding="utf-8"))
    novas = [Nova(name, python, table["routes"]) for name, python in arguments.novas]
    history = microspec.load()
    ours = {nova.release: Ours(history, nova.release, novas[0].max_minor) for nova in novas}
    sdists = {nova.release: arguments.work / f"nova-{nova.release}.tar.gz" for nova in novas}
    samples = [Samples(name, sdist, table["samples"]) for name, sdist in sdists.items()]
    return Prepared(history, novas, ours, sdists, Plan(ours[novas[0].release], novas, samples))
