"""What is wrong with a command line, in the words of all other messages, whoever noticed it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ..values.errors import did_you_mean, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def told(ctx: click.Context) -> Iterator[None]:
    """Turn the errors of click into those with our words."""
    try:
        yield
    except (click.BadOptionUsage, click.BadParameter, click.NoSuchCommand, click.NoSuchOption) as error:
        raise click.UsageError(_words(error, ctx), ctx) from error


def _words(error: click.UsageError, ctx: click.Context) -> str:
    """What is wrong. The message about an argument contains its value; that about an option needs its name."""
    command = ctx.command
    params = command.get_params(ctx)  # with --help
    options = {name: param for param in params for name in param.opts if isinstance(param, click.Option)}
    match error:
        case click.NoSuchCommand(command_name=name):
            return f"there is no command {name!r}{did_you_mean(name, getattr(command, 'commands', ()))}"
        case click.NoSuchOption(option_name=name):
            from ..values.near import near  # few runs need it

            words = [option.removeprefix("--") for option in options if option.startswith("--")]
            found = near(name.lstrip("-"), words)
            hint = suggestion(name, [f"--{option}" for option in found])
            return f"there is no option {name!r}{f'; {hint}' if hint else ''}"
        case click.BadOptionUsage(option_name=name):
            takes_value = name in options and not options[name].is_flag
            return f"{name} {'needs a value' if takes_value else 'takes no value'}"
        case click.MissingParameter(param=click.Parameter() as param):
            name = param.opts[0] if isinstance(param, click.Option) else param.human_readable_name
            return f"{name} {'is' if param.nargs == 1 else 'are'} missing"
        case click.BadParameter(param=click.Option() as option):
            return f"{option.opts[0]}: {error.message}"
    return error.message


def unexpected(arguments: list[str], command: click.Command) -> str:
    """That there are too many arguments: for a command without any, perhaps the folder of a specification."""
    takes_any = any(isinstance(param, click.Argument) for param in command.params)
    hint = "" if takes_any else "; --spec names a specification"
    return f"unexpected argument{'' if len(arguments) == 1 else 's'}: {', '.join(map(repr, arguments))}{hint}"
