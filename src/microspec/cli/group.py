"""The group that all commands belong to: what the library raises becomes a message and an exit status.

Exit statuses: 0 fine, 1 the answer is no (not there, never, mistakes found), 2 misuse.
"""

from __future__ import annotations

from typing import Any

import click

from .. import __version__
from ..authoring.errors import SpecificationError
from ..http.errors import TrafficError
from ..model.errors import UnknownOperation
from ..values.diagnostics import Mistakes
from ..values.errors import MicrospecError
from .console import Misuse, complain, escaped

NO = 1
"""The exit status of an answer that is no."""


class Group(click.Group):
    """Turns the library's errors into messages and exit statuses; commands let them pass."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the arguments of the group."""
        with escaped():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. An operation that is not there at a version is a no; other errors are misuse."""
        try:
            with escaped():
                return super().invoke(ctx)
        except UnknownOperation as error:
            if not error.availability:
                raise Misuse(error) from error
            complain(error)
            ctx.exit(NO)
        except SpecificationError as error:
            first, number = error.diagnostics[0], len(error.diagnostics)
            raise Misuse(f"the specification has mistakes ({number}); see microspec lint. First: {first}") from error
        except Mistakes as error:
            raise Misuse(*error.diagnostics) from error
        except TrafficError as error:
            raise Misuse(*error.problems) from error
        except MicrospecError as error:
            raise Misuse(error) from error


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="microspec")
def main() -> None:
    """What a microversioned API is at each version, what changed, and since when."""
