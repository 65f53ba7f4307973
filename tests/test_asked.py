"""How an operation may be written wherever one is asked for, and what is said where none is meant."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from microspec import InvalidElement, UnknownOperation, Version, load
from microspec.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from microspec import History

ACTION = "POST /servers/{server_id}/action"

QUESTIONS: dict[str, Callable[[History, str], Any]] = {
    "api": lambda compute, text: compute.at("2.60")[text].key,
    "availability": lambda compute, text: compute.availability(text, status=202),
    "history": lambda compute, text: compute.history(text),
    "nearby": lambda compute, text: compute.nearby(text, request="/nothing"),
    "versions_for": lambda compute, text: compute.versions_for(text, body={}),
    "negotiate": lambda compute, text: compute.negotiate(server="2.1-2.79", operation=text),
    "negotiation": lambda compute, text: [
        limit.name for limit in compute.negotiation(server="2.1-2.79", operation=text, response=["/x"]).limits
    ],
}
"""What is asked of an operation in Python, beside why it fails."""

COMMANDS: dict[str, list[str]] = {
    "show": ["show", "{}", "--at", "2.60"],
    "history": ["history", "{}"],
    "when": ["when", "{}"],
    "validate": ["validate", "{}", "--query", ""],
    "negotiate": ["negotiate", "{}", "--server", "2.1-2.79"],
    "schema": ["schema", "{}", "--query"],
}
"""What is asked on the command line."""

UNDERSTOOD = [
    ("post /servers", "POST /servers"),
    ("Get /servers/detail", "GET /servers/detail"),
    ("GET /servers/b1", "GET /servers/{server_id}"),
    ("GET /servers/{id}", "GET /servers/{server_id}"),
    ("get /6f70656e737461636b/servers/b1/tags", "GET /servers/{server_id}/tags"),
    ("GET   /servers", "GET /servers"),
    ("get //servers//b1", "GET /servers/{server_id}"),
    ("post /servers/b1/action#rebuild", f"{ACTION}#rebuild"),
    ("put /os-services/disable", "PUT /os-services/disable"),
]

REFUSED = [
    ("GET /serverz", "there is no operation 'GET /serverz'; did you mean GET /servers?"),
    (
        "get /servers/b1/topolgy",
        "there is no operation 'GET /servers/b1/topolgy'; did you mean GET /servers/{server_id}/top",
    ),
    ("patch /servers", "there is no operation 'PATCH /servers'; did you mean GET /servers or POST /servers?"),
    (f"{ACTION}#rebuld", f"there is no action 'rebuld' on {ACTION}; did you mean rebuild?"),
    ("post /servers/b1/action#rebuld", f"there is no action 'rebuld' on {ACTION}; did you mean rebuild?"),
    ("POST /servers/b1/action#zzz", f"there is no action 'zzz' on {ACTION}"),
    ("POST /servers/b1/action", f"{ACTION} has actions: name one after #, such as {ACTION}#"),
    ("GET /servers/b1/tags#add", "did you mean GET /servers/{server_id}/tags?"),
]


def cli(*arguments: str) -> tuple[int, str]:
    """The status and the output of a command."""
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    return result.exit_code, result.output


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(("text", "key"), UNDERSTOOD)
def test_an_operation_is_understood_as_it_is_sent(compute: History, question: str, text: str, key: str) -> None:
    def answer(asked: str) -> Any:
        try:
            return QUESTIONS[question](compute, asked)
        except UnknownOperation as error:  # it is not there at this version
            return error

    assert answer(text) == answer(key)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_an_operation_that_never_was_has_near_ones(compute: History, question: str, text: str, words: str) -> None:
    with pytest.raises(UnknownOperation) as caught:
        QUESTIONS[question](compute, text)
    assert words in str(caught.value)
    assert not caught.value.availability


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_query_is_no_part_of_an_operation(compute: History, question: str) -> None:
    """It would be passed over, and the answer be that of all requests."""
    with pytest.raises(InvalidElement, match="a query string is not part of an operation; use 'GET /servers'"):
        QUESTIONS[question](compute, "get /servers?limit=1")


@pytest.mark.parametrize("question", [name for name in QUESTIONS if name not in ("api", "availability")])
def test_a_feature_is_no_operation(compute: History, question: str) -> None:
    with pytest.raises(UnknownOperation, match="'server-tags'; it is a feature: `microspec when server-tags` and"):
        QUESTIONS[question](compute, "server-tags")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("text", "key"), [item for item in UNDERSTOOD if "disable" not in item[0]])
def test_commands_understand_an_operation_as_it_is_sent(command: str, text: str, key: str) -> None:
    assert cli(*(word.format(text) for word in COMMANDS[command])) == cli(
        *(word.format(key) for word in COMMANDS[command])
    )


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("text", "words"),
    [*REFUSED, ("server-tags /", "no operation"), ("server-tags", "it is a feature: `microspec when server-tags`")],
)
def test_commands_name_near_operations(command: str, text: str, words: str) -> None:
    if text == "server-tags" and command in ("when", "schema"):
        return  # which take other words than operations
    status, output = cli(*(word.format(text) for word in COMMANDS[command]))
    assert status == 2
    assert words in output


def test_a_path_alone_is_no_feature() -> None:
    assert "there is no operation '/servers'; did you mean GET /servers or POST /servers?" in cli("when", "/servers")[1]


def test_explain_names_near_actions(compute: History) -> None:
    found = compute.explain("post /servers/b1/action#rebuld", "2.60")
    assert found.refusal == 400
    assert "There is no action 'rebuld' on /servers/b1/action; did you mean rebuild?" in str(found)


def test_an_api_of_its_own_knows_its_keys(compute: History) -> None:
    """One that is in no history, as the baseline, does not know what a request means."""
    assert compute.baseline["GET /servers/{server_id}"]
    with pytest.raises(UnknownOperation, match=r"did you mean GET /servers/\{server_id\}\?"):
        compute.baseline["GET /servers/b1"]


def test_what_is_understood_is_in_the_answer(compute: History) -> None:
    names = [limit.title for limit in compute.negotiation(server="2.1", operation="get /servers/b1").limits]
    assert names == ["server", "operation GET /servers/{server_id}"]
    assert json.loads(cli("when", "get /servers/b1", "--format", "json")[1])["element"] == "GET /servers/{server_id}"
    with pytest.raises(UnknownOperation, match=r"PUT /os-services/disable does not exist at 2\.60") as caught:
        compute.at((2, 60))["put /os-services/disable"]
    assert (caught.value.version, caught.value.instead) == (Version("2.60"), "PUT /os-services/{service_id}")


def test_an_exact_key_imports_nothing_more() -> None:
    code = (
        "import sys, microspec; compute = microspec.load(); compute.at('2.60')['POST /servers'];"
        "compute.availability('POST /servers');"
        "print([name for name in sys.modules if name in ('microspec.model.asked', 'microspec.values.near')])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"


# --------------------------------------------------------------------------------------------- elements

ELEMENTS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("POST /servers", {"request": "/server/network"}, ["/server/networks"]),
    ("post /servers", {"request": "/server/networks/0/tag"}, ["/server/networks/*/tag"]),
    ("POST /servers", {"request": "/tags"}, ["/server/tags"]),
    ("GET /servers", {"query": "tag"}, ["tags"]),
    ("GET /servers", {"response": "/servers/0/id"}, ["/servers/*/id"]),
    ("GET /servers/b1", {"response": "/server/tag", "status": 200}, ["/server/tags"]),
    ("GET /servers/b1", {"response": "/server/tag", "status": 404}, []),
    ("POST /servers", {"request": "/server/nothing"}, []),
    ("POST /servers", {"status": 203}, []),
    ("DELETE /servers/b1", {"request": "/server"}, []),
]
"""Elements that there never were, and what may have been meant."""


@pytest.mark.parametrize(("operation", "element", "near"), ELEMENTS, ids=str)
def test_an_element_that_never_was_has_near_ones(
    compute: History, operation: str, element: dict[str, Any], near: list[str]
) -> None:
    assert not compute.availability(operation, **element)
    assert compute.nearby(operation, **element) == tuple(near)
    options = [word for name, value in element.items() for word in (f"--{name}", str(value))]
    for command in ("when", "history"):
        status, output = cli(command, operation, *options)
        assert status == 1
        assert "never" in output
        assert (f"; did you mean {near[0]}?" in output) if near else ("did you mean" not in output)
        assert ("* stands for any item" in output) == any("*" in name for name in near)
        assert json.loads(cli(command, operation, *options, "--format", "json")[1])["nearby"] == near


@pytest.mark.parametrize("element", [{"request": "/server/tags"}, {"status": 202}, {}], ids=str)
def test_an_element_that_there_is_has_none(compute: History, element: dict[str, Any]) -> None:
    assert compute.availability("POST /servers", **element)
    assert compute.nearby("POST /servers", **element) == ()


def test_near_elements_are_the_same_without_an_index(library: Path) -> None:
    assert load(library).nearby("get /books", query="limt") == ("limit",)


def test_negotiation_names_near_answers(compute: History) -> None:
    found = compute.negotiation(server="2.1-2.79", operation="GET /servers", response=["/servers/0/id", "/server"])
    notes = [limit.note for limit in found.limits if limit.kind == "response"]
    assert notes == ["did you mean /servers/*/id? * stands for any item", "did you mean /servers or /servers_links?"]
