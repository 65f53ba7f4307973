"""What is wrong with a command line is said in the same words as everything else."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from microspec.cli import main

SPEC = "--spec names a specification"
FORMATS = "text, json, markdown, sarif, github, html"
NO_VERSION = (
    "'x' is not a microversion: a version must be MAJOR.MINOR in plain digits, such as '2.37', or latest, or a release"
)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("conjure", "there is no command 'conjure'"),
        ("dif 2.1 2.2", "there is no command 'dif'; did you mean diff?"),
        ("-z", "there is no option '-z'"),
        ("--version=3", "--version takes no value"),
        ("when -z", "there is no option '-z'"),
        ("when", "WHAT is missing"),
        ("when server-tags --quer a", "there is no option '--quer'; did you mean --query?"),
        ("when server-tags --hlep", "there is no option '--hlep'; did you mean --help?"),
        ("--versoin", "there is no option '--versoin'; did you mean --version?"),
        ("when --help=3", "--help takes no value"),
        ("when server-tags --bogus", "there is no option '--bogus'"),
        ("when server-tags --nonsense", "there is no option '--nonsense'"),
        ("when server-tags --at", "--at needs a value"),
        ("when server-tags --at x", f"--at: {NO_VERSION}"),
        ("when server-tags --status x", "--status: 'x' is not an integer from 100 to 599"),
        ("when server-tags --status 99", "--status: '99' is not an integer from 100 to 599"),
        ("when server-tags 2.26", "unexpected argument: '2.26'"),
        ("when server-tags --at 2.1 --at 2.2", "--at is given more than once"),
        ("lint spec", f"unexpected argument: 'spec'; {SPEC}"),
        ("lint spec other", f"unexpected arguments: 'spec', 'other'; {SPEC}"),
        ("diff 2.1 x", NO_VERSION),
        ("diff 2.1 2.2 --format htm", f"--format: 'htm' is not one of {FORMATS}; did you mean html?"),
        ("diff 2.1 2.2 --max-length 0", "--max-length: '0' is not an integer of at least 1"),
        ("diff 2.1 2.2 --by-version=yes", "--by-version takes no value"),
        ("diff --against ./nowhere", "--against: ./nowhere: no such folder"),
        ("diff 2.1 2.2 --uses nowhere.txt", "--uses: nowhere.txt: no such file"),
        ("versions --spec ./nowhere", "--spec: ./nowhere: no such folder"),
        ("negotiate", "--server is missing"),
        ("audit", "FILES are missing"),
        ("audit nowhere.txt", "nowhere.txt: no such file"),
        ("validate 'POST /servers' - b", "unexpected argument: 'b'"),
    ],
)
def test_misuse_in_words(line: str, words: str) -> None:
    told = CliRunner().invoke(main, line)
    usage, hint, _, message = told.stderr.splitlines()
    assert (told.exit_code, told.stdout) == (2, "")
    assert (usage[:12], hint[:10], message) == ("Usage: main ", "Try 'main ", f"Error: {words}")


@pytest.mark.parametrize("line", ["conjure", "when", "lint spec", "when a --at", "diff 2.1 2.2 --max-length 0"])
def test_the_same_words_as_json(line: str) -> None:
    command, *arguments = line.split()
    text = CliRunner().invoke(main, line)
    told = CliRunner().invoke(main, [command, "--format=json", *arguments])
    assert (told.exit_code, told.stderr) == (2, "")
    assert text.stderr.endswith(f"Error: {json.loads(told.stdout)['error']['message']}\n")
