"""The group that all commands belong to: what the library raises becomes a message and an exit status.

Exit statuses: 0 fine, 1 the answer is no (not there, never, mistakes found), 2 misuse, or input or output that
cannot be used. With ``--format json`` the message is JSON as well, on standard output.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from io import StringIO
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import click

from .. import __version__
from ..authoring.errors import SpecificationError
from ..http.errors import TrafficError
from ..model.errors import UnknownOperation
from ..render.escaping import plain as escaped
from ..values.diagnostics import Mistakes
from ..values.errors import MicrospecError
from . import streams

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..values.diagnostics import Diagnostic

NO = 1
"""The exit status of an answer that is no."""

MISUSE = 2
"""The exit status of misuse, and of input and output that cannot be used."""

SECTIONS = ("Ask", "Compare", "Check", "Author", "Export")
"""The sections of the commands, in the order of the help."""


class Refusal(click.UsageError):
    """Misuse, or something that cannot be used: a line or several, and the diagnostics that they are about."""

    def __init__(self, *lines: object, diagnostics: Sequence[Diagnostic] = ()) -> None:
        self.lines = tuple(map(str, lines))
        super().__init__("\n".join(self.lines))
        self.diagnostics = diagnostics


class No(click.ClickException):
    """An answer that is no, and has nothing to show but its message."""

    exit_code = NO

    def show(self, file: Any = None) -> None:
        """Write the message."""
        file.write(f"{self.message}\n")


class Failure(click.ClickException):
    """An error that nobody has thought of. The exit status of Python would be that of an answer that is no."""

    exit_code = MISUSE

    def __init__(self, error: Exception) -> None:
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        place = f" at {frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else ""
        super().__init__(f"this is a mistake in microspec itself: {type(error).__name__}{place}: {error}")


class Helpful(click.Command):
    """A command whose help is written as all else is."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option that prints the help."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.callback = _print_help
        return found


def _print_help(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        streams.write(f"{ctx.get_help()}\n")
        ctx.exit()


class Command(Helpful):
    """A command in a section of the help, with examples; an option that takes one value is given once."""

    def __init__(self, *args: Any, section: str, examples: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section, self.examples = section, examples

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse what is given. Options of one name that are given twice are misuse."""
        if not ctx.resilient_parsing:
            given: dict[str | None, click.Option] = {}
            for option in self.make_parser(ctx).parse_args(list(args))[2]:
                if isinstance(option, click.Option) and not option.multiple:
                    before = given.get(option.name)
                    if before is option:
                        ctx.fail(f"{option.opts[0]} is given more than once")
                    if before is not None:
                        ctx.fail(f"{before.opts[0]} and {option.opts[0]} contradict each other")
                    given[option.name] = option
        return super().parse_args(ctx, args)

    def format_epilog(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, each on a line of its own."""
        with formatter.section("Example" if len(self.examples) == 1 else "Examples"):
            for example in self.examples:
                formatter.write(f"{'':{formatter.current_indent}}{example}\n")


class Group(Helpful, click.Group):
    """Turns errors into messages and exit statuses; commands let them pass."""

    command_class = Command
    commands: dict[str, Command]  # type: ignore[assignment]

    def main(  # type: ignore[override]  # no overloads: nobody asks for the one that never returns
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the program: prints what there is to say, and exits with the status."""
        args = list(sys.argv[1:] if args is None else args)
        if not standalone_mode:
            return super().main(args, prog_name, standalone_mode=False, **extra)
        streams.prepare()
        status = MISUSE
        try:
            status = super().main(args, prog_name, standalone_mode=False, **extra) or 0
        except click.Abort:
            _tell(click.ClickException("interrupted"), as_json=False)
        except click.ClickException as error:
            status = _tell(error, as_json=_is_json_asked(args))
        sys.exit(status)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """The context of the whole program."""
        with _told():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _told():
            return super().invoke(ctx)

    def list_commands(self, _: click.Context) -> list[str]:
        """The names of the commands, by section."""
        return sorted(self.commands, key=lambda name: SECTIONS.index(self.commands[name].section))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The sections, with a line for each command."""
        width = max(map(len, self.commands))
        for section in SECTIONS:
            of_section = [name for name in self.list_commands(ctx) if self.commands[name].section == section]
            with formatter.section(section):
                formatter.write_dl([(name.ljust(width), summary(self.commands[name])) for name in of_section])


def summary(command: click.Command) -> str:
    """What a command does, in the first sentence of its help."""
    return command.get_short_help_str(limit=1_000)


@contextmanager
def _told() -> Iterator[None]:
    """Turn what is raised into what click shows. An operation that is not there at a version is a no."""
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except UnknownOperation as error:
        if not error.availability:
            raise Refusal(error) from error
        raise No(str(error)) from error
    except SpecificationError as error:
        first, number = error.diagnostics[0], len(error.diagnostics)
        message = f"the specification has mistakes ({number}); see microspec lint. First: {first}"
        raise Refusal(message, diagnostics=error.diagnostics) from error
    except Mistakes as error:
        raise Refusal(*error.diagnostics, diagnostics=error.diagnostics) from error
    except TrafficError as error:
        raise Refusal(*error.problems) from error
    except MicrospecError as error:
        raise Refusal(error) from error
    except OSError as error:
        raise Refusal(f"{error.filename or 'a file'}: {streams.reason(error)}") from error
    except Exception as error:
        raise Failure(error) from error


def _tell(error: click.ClickException, *, as_json: bool) -> int:
    """Write what is wrong, as JSON to standard output or as text to standard error. Returns the exit status."""
    try:
        if isinstance(error, streams.OutputError):
            streams.note("" if error.is_quiet else f"Error: {error.message}\n")
        elif as_json:
            from ..render import plain

            found = plain.error(error.format_message(), error.exit_code, getattr(error, "diagnostics", ()))
            streams.write(streams.as_json(found), "json")
        else:
            if not isinstance(error, click.exceptions.NoArgsIsHelpError):
                vars(error)["message"] = "\n".join(map(escaped, getattr(error, "lines", (error.message,))))
            text = StringIO()
            error.show(text)
            streams.note(text.getvalue())
    except streams.OutputError:
        return MISUSE
    return error.exit_code


def _is_json_asked(args: Sequence[str]) -> bool:
    """Whether the answer was to be JSON, also where the rest of the arguments cannot be understood."""
    options = args[: args.index("--")] if "--" in args else args
    return "--format=json" in options or ("--format", "json") in pairwise(options)


def _print_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        streams.write(f"microspec, version {__version__}\n")
        ctx.exit()


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
def main() -> None:
    """What a microversioned API is at each version, what changed, and since when."""
