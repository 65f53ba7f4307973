"""``python -m peers --openstacksdk RELEASE=PYTHON --python-novaclient … --nova … --work FOLDER [--write PAGE]``.

The interpreters are those of environments that the clients and Nova are installed in. Exits 1 if Nova does
not confirm a verdict, or if a fault is not found that is known to be there.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import yaml

import microspec
from conformance.nova import Nova

from .audits import Client
from .confirm import Confirmation
from .page import page

HERE = Path(__file__).parent

RECORDERS = {"openstacksdk": "record_openstacksdk", "python-novaclient": "record_novaclient"}
"""The clients, with the modules that record them."""


def main() -> int:
    """Record, audit, confirm, print, write the page. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="peers")
    for name in (*RECORDERS, "nova"):
        parser.add_argument(f"--{name}", required=True, metavar="RELEASE=PYTHON", type=lambda text: text.partition("="))
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    started = time.monotonic()

    history = microspec.load()
    clients = []
    for name, module in RECORDERS.items():
        release, _, python = getattr(arguments, name.replace("-", "_"))
        clients.append(Client(name, release, module, python, history))
    routes = yaml.safe_load((HERE.parent / "conformance" / "operations.yaml").read_text(encoding="utf-8"))["routes"]
    release, _, python = arguments.nova
    cases = [case for client in clients for case in client.cases]
    confirmation = Confirmation(Nova(release, python, routes), routes, history, cases, arguments.work)
    expected = yaml.safe_load((HERE / "expected.yaml").read_text(encoding="utf-8"))
    missing = [f"not found: {item['claim']}" for item in expected if clients[0].misses(item)]

    print("\n".join([*confirmation.disagreements, *missing]))
    print(", ".join(f"{client.name}: {client.calls} calls, {len(client.rows)} findings" for client in clients))
    print(f"{confirmation.counts}, {len(confirmation.disagreements)} not confirmed")
    print(f"{time.monotonic() - started:.0f} seconds")
    if arguments.write:
        arguments.write.write_text(page(clients, confirmation, expected), encoding="utf-8")
    return int(bool(confirmation.disagreements or missing))


if __name__ == "__main__":
    raise SystemExit(main())
