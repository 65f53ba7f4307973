"""The group of all commands. It turns the errors of the library into messages and exit statuses.

Exit statuses: 0 success; 1 the answer is no (does not exist, never, mistakes); 2 misuse, or input or output that cannot
be used. With ``--format json`` the message is JSON on standard output.
"""

from __future__ import annotations

import sys
from collections.abc import MutableMapping
from contextlib import contextmanager
from importlib import import_module
from io import StringIO
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import click

from .. import __version__
from ..render.escaping import plain as escaped
from . import misuse, streams

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..values.diagnostics import Diagnostic

NO = 1
"""The exit status if the answer is no."""

MISUSE = 2
"""The exit status of misuse, and of input and output that cannot be used."""

COMMANDS: dict[str, dict[str, tuple[str, ...]]] = {
    "Ask": {
        "asking": ("versions", "show", "history", "when"),
        "explaining": ("explain",),
        "listing": ("operations", "features", "behaviors", "schemas"),
        "negotiating": ("negotiate",),
    },
    "Compare": {"diffing": ("diff",)},
    "Check": {"auditing": ("audit",), "checking": ("lint", "check"), "validating": ("validate",)},
    "Author": {"writing": ("init", "new", "fmt"), "checking": ("renumber",), "exporting": ("build",)},
    "Export": {"exporting": ("export", "openapi", "schema"), "modelling": ("models",)},
}
"""The commands in the order of the help: its sections, and the module of this room that each command is in."""

_MODULES = {name: module for parts in COMMANDS.values() for module, names in parts.items() for name in names}


class Refusal(click.UsageError):
    """Misuse, or something that cannot be used: one or more lines, and the diagnostics that they are about."""

    def __init__(self, *lines: object, diagnostics: Sequence[Diagnostic] = ()) -> None:
        self.lines = tuple(map(str, lines))
        super().__init__("\n".join(self.lines))
        self.diagnostics = diagnostics


class No(click.ClickException):
    """The answer no, with only a message."""

    exit_code = NO

    def show(self, file: Any = None) -> None:
        """Write the message."""
        file.write(f"{self.message}\n")


class Failure(click.ClickException):
    """An unexpected error. Python's own exit status would mean that the answer is no."""

    exit_code = MISUSE

    def __init__(self, error: Exception) -> None:
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        place = f" at {frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else ""
        super().__init__(f"this is a bug in microspec: {type(error).__name__}{place}: {error}")


class Helpful(click.Command):
    """A command whose help is written like all other output."""

    def get_help_option(self, _: click.Context) -> click.Option:
        """The option that prints the help: one for all commands, without a search for translations."""
        return _HELP


def _print_help(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        streams.write(f"{ctx.get_help()}\n")
        ctx.exit()


_HELP = click.Option(
    ["-h", "--help"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_help,
    help="Show this message and exit.",
)


class Command(Helpful):
    """A command with examples; an option with a single value may be given only once."""

    allow_extra_args = True  # so that they are ours to report

    def __init__(self, *args: Any, examples: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments. Giving an option twice is misuse, and so are more arguments than there are."""
        with misuse.told(ctx):
            if not ctx.resilient_parsing:
                self._check_options(ctx, args)
            rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            ctx.fail(misuse.unexpected(rest, self))
        return rest

    def _check_options(self, ctx: click.Context, args: list[str]) -> None:
        given: dict[str | None, click.Option] = {}
        for option in self.make_parser(ctx).parse_args(list(args))[2]:
            if isinstance(option, click.Option) and not option.multiple:
                before = given.get(option.name)
                if before is option:
                    ctx.fail(f"{option.opts[0]} is given more than once")
                if before is not None:
                    ctx.fail(f"{before.opts[0]} and {option.opts[0]} contradict each other")
                given[option.name] = option

    def format_epilog(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, each on a separate line."""
        with formatter.section("Example" if len(self.examples) == 1 else "Examples"):
            for example in self.examples:
                formatter.write(f"{'':{formatter.current_indent}}{example}\n")


class Commands(MutableMapping[str, Command]):
    """All commands by name, each imported on demand. Their modules register them here."""

    def __init__(self) -> None:
        self._imported: dict[str, Command] = {}

    def __getitem__(self, name: str) -> Command:
        if name not in self._imported:
            import_module(f".{_MODULES[name]}", __package__)
        return self._imported[name]

    def __setitem__(self, name: str, command: Command) -> None:
        self._imported[name] = command

    def __delitem__(self, name: str) -> None:
        del self._imported[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


class Group(Helpful, click.Group):
    """Turns errors into messages and exit statuses; commands let them pass."""

    command_class = Command
    commands: Commands  # type: ignore[assignment]

    def main(  # type: ignore[override]  # no overloads: nobody asks for the one that never returns
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the program: prints the answer, and exits with the status."""
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
        with _translated():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _translated():
            return super().invoke(ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the options before the command."""
        with misuse.told(ctx):
            return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command, and its arguments."""
        with misuse.told(ctx):
            return super().resolve_command(ctx, args)

    def list_commands(self, _: click.Context) -> list[str]:
        """The names of the commands, by section."""
        return [*self.commands]

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """The sections, with a line for each command."""
        width = max(map(len, self.commands))
        for section, modules in COMMANDS.items():
            of_section = [name for names in modules.values() for name in names]
            with formatter.section(section):
                formatter.write_dl([(name.ljust(width), summary(self.commands[name])) for name in of_section])


def summary(command: click.Command) -> str:
    """What a command does, in the first sentence of its help."""
    return command.get_short_help_str(limit=1_000)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn exceptions into those that click shows."""
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        raise _shown(error) from error


def _shown(error: Exception) -> click.ClickException:
    """The exception that click shows for an error. The answer for an operation that a version does not have is no."""
    from ..authoring.errors import SpecificationError
    from ..http.errors import TrafficError
    from ..model.errors import UnknownOperation
    from ..values.diagnostics import Mistakes
    from ..values.errors import MicrospecError

    match error:
        case UnknownOperation(availability=availability):
            return No(str(error)) if availability else Refusal(error)
        case SpecificationError(diagnostics=diagnostics):
            text = f"the specification has mistakes ({len(diagnostics)}); see microspec lint. First: {diagnostics[0]}"
            return Refusal(text, diagnostics=diagnostics)
        case Mistakes(diagnostics=diagnostics):
            return Refusal(*diagnostics, diagnostics=diagnostics)
        case TrafficError(problems=problems):
            return Refusal(*problems)
        case MicrospecError():
            return Refusal(error)
        case OSError():
            return Refusal(f"{error.filename or 'a file'}: {streams.reason(error)}")
    return Failure(error)


def _tell(error: click.ClickException, *, as_json: bool) -> int:
    """Write an error, as JSON to standard output or as text to standard error. Returns the exit status."""
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
    """Whether JSON was requested, even if the other arguments are invalid."""
    options = args[: args.index("--")] if "--" in args else args
    return "--format=json" in options or ("--format", "json") in pairwise(options)


def _print_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        streams.write(f"microspec, version {__version__}\n")
        ctx.exit()


@click.group(cls=Group, commands=Commands(), context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Show what a microversioned API is at each version, what changed, and when."""
