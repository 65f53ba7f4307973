"""Written types: Python that can be read, that type checkers take, and that accepts what the API accepts."""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
import re
import subprocess
import sys
import typing
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, NotRequired, Union, get_args, get_origin

import pytest
from click.testing import CliRunner
from pydantic import Field, TypeAdapter, ValidationError

import microspec
from conformance.instances import bodies
from exploring import share
from microspec.authoring.tree import load_tree
from microspec.cli import main
from microspec.export.models.layout import Layout
from microspec.export.models.names import ANNOTATIONS
from microspec.export.models.package import package
from microspec.export.models.text import WIDTH, Group, docstring, laid, pattern, quoted
from microspec.export.models.text import Union as Alternatives
from microspec.export.models.words import is_portable
from microspec.schema.formats import WORDS
from microspec.schema.formats import patterns as patterns_of_format
from microspec.schema.patterns import matches
from microspec.values import same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from microspec import Api, History, Operation
    from microspec.export.models.layout import Body

VERSIONS = ("2.1", "2.37", "2.53", "2.79", "2.104")
DAILY = ("2.1", "2.104")
"""Those of every day."""


class Written:
    """The packages of a version, imported."""

    def __init__(self, api: Api, folder: Path) -> None:
        self.api = api
        self.names = {False: f"models_{_plain(api)}", True: f"typed_dicts_{_plain(api)}"}
        for typed_dicts, name in self.names.items():
            (folder / name).mkdir()
            for file, text in package("Compute", api, typed_dicts=typed_dicts).items():
                (folder / name / file).write_text(text, encoding="utf-8")

    def module(self, name: str, *, typed_dicts: bool = False) -> ModuleType:
        """A module of one of the packages."""
        return importlib.import_module(f"{self.names[typed_dicts]}.{name}")


def _plain(api: Api) -> str:
    return str(api.version).replace(".", "_")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that Python imports from."""
    found = tmp_path_factory.mktemp("written")
    sys.path.insert(0, str(found))
    yield found
    sys.path.remove(str(found))


@pytest.fixture(scope="module")
def written(compute: History, folder: Path) -> Callable[[str], Written]:
    """What gives the packages of a version."""
    return cache(lambda version: Written(compute.at(version), folder))


# ------------------------------------------------------------------------------------------------------- agreement


@cache
def layout_of(version: str) -> Layout:
    """The layout of a version of the compute API."""
    return Layout(microspec.load().at(version), ANNOTATIONS)


def found_bodies(version: str) -> Iterator[tuple[str, Body]]:
    """Each body of a version, with the module that it is in; of those that have the same types, the first."""
    found: dict[tuple[str, ...], tuple[str, Body]] = {}
    for module in layout_of(version).modules:
        for body in module.bodies:
            found.setdefault(tuple(map(layout_of(version).name, body.types)), (module.name, body))
    yield from found.values()


def document(operation: Operation, body: Body) -> dict[str, Any]:
    found = operation.request_schema() if body.what == "request" else operation.response_schema(int(body.what))
    assert found is not None
    return found


def differs_by_design(error: ValidationError) -> bool:
    """Whether pydantic refuses a whole number that is written as 1.0, or half of a surrogate pair."""
    kinds = {found["type"] for found in error.errors()}
    values = [found["input"] for found in error.errors()]
    if "string_unicode" in kinds:
        return True
    return "int_type" in kinds and any(isinstance(value, float) and value.is_integer() for value in values)


def cases() -> list[object]:
    """A parameter for each body of the versions."""
    found: list[object] = []
    for version in VERSIONS:
        of_version = [(version, module, body.operation, body.what) for module, body in found_bodies(version)]
        if version in DAILY:
            found += share(of_version, 24, " ".join)
        else:
            found += [pytest.param(*case, id=" ".join(case), marks=pytest.mark.explore) for case in of_version]
    return found


@pytest.mark.parametrize(("version", "module", "key", "what"), cases())
def test_written_models_accept_what_the_api_accepts(
    written: Callable[[str], Written], version: str, module: str, key: str, what: str
) -> None:
    package_ = written(version)
    body = next(body for _, body in found_bodies(version) if (body.operation, body.what) == (key, what))
    operation = package_.api[key]
    validator = operation.request_validator() if what == "request" else operation.response_validator(int(what))
    assert validator is not None
    names = [layout_of(version).name(type_) for type_ in body.types]
    options: Any = Union[tuple(getattr(package_.module(module), name) for name in names)]  # noqa: UP007
    models: Any = TypeAdapter(options)
    shapes = [getattr(package_.module(module, typed_dicts=True), name) for name in names]
    for instance in bodies(document(operation, body), key, 60):
        if not validator.accepts(instance):
            continue
        assert any(fits(instance, shape) for shape in shapes), instance
        try:
            found = models.validate_python(instance)
        except ValidationError as refused:
            error: ValidationError | None = refused
        else:
            error = None
            assert same(models.dump_python(found, by_alias=True, exclude_unset=True), instance)
        assert error is None or differs_by_design(error), instance


def fits(value: Any, type_: Any) -> bool:
    """Whether a value has a type, of those that TypedDicts are made of."""
    origin, arguments = get_origin(type_), get_args(type_)
    if type_ is Any:
        return True
    if typing.is_typeddict(type_):
        hints = typing.get_type_hints(type_)
        needed = type_.__required_keys__
        return (
            isinstance(value, dict)
            and needed <= value.keys()
            and all(fits(value[name], hint) for name, hint in hints.items() if name in value)
        )
    if origin in (Union, UnionType):
        return any(fits(value, item) for item in arguments)
    if origin is Literal:
        return any(same(value, item) for item in arguments)
    if origin is list:
        return isinstance(value, list) and all(fits(item, arguments[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(fits(item, arguments[1]) for item in value.values())
    if origin is NotRequired:
        return fits(value, arguments[0])
    if type_ in (None, NoneType):
        return value is None
    if type_ is int and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, (int, float) if type_ is float else type_) and (
        type_ is bool or not isinstance(value, bool)
    )


def test_most_of_what_the_api_refuses_is_refused(written: Callable[[str], Written]) -> None:
    create = written("2.104").module("server_create").ServerCreateRequest
    operation = written("2.104").api["POST /servers"]
    instances = [
        body for body in bodies(operation.request_schema(), "refused", 400) if not operation.accepts_request(body)
    ]
    refused = [body for body in instances if _refuses(create, body)]
    assert len(refused) > 0.95 * len(instances)


def _refuses(model: Any, body: Any) -> bool:
    try:
        model.model_validate(body)
    except ValidationError:
        return True
    return False


# ------------------------------------------------------------------------------------------------------- what it is


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """In any process, whatever the order of its sets."""
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "microspec", "models", "2.53", "--out", str(tmp_path / seed)]
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, check=True, stdout=subprocess.DEVNULL)
    one, other = ({path.name: path.read_bytes() for path in (tmp_path / seed).iterdir()} for seed in ("1", "2"))
    assert one == other


def test_a_compiled_specification_gives_the_same_as_its_yaml(library: Path) -> None:
    one, other = (history.at("1.4") for history in (microspec.load(library), load_tree(library)))
    assert package("Library", one) == package("Library", other)
    assert package("Library", one, typed_dicts=True) == package("Library", other, typed_dicts=True)


@pytest.mark.parametrize("version", DAILY)
@pytest.mark.parametrize("typed_dicts", [False, True], ids=["models", "typed dicts"])
def test_every_module_is_imported_and_depends_on_little(
    written: Callable[[str], Written], version: str, typed_dicts: bool
) -> None:
    package_ = written(version).module("common", typed_dicts=typed_dicts).__package__
    assert package_
    folder = importlib.import_module(package_).__path__
    for found in pkgutil.iter_modules(folder):
        module = importlib.import_module(f"{package_}.{found.name}")
        assert sorted(module.__all__) == module.__all__
        assert all(hasattr(module, name) for name in module.__all__)
        text = (typing.cast("Any", module).__spec__.loader).get_data(module.__file__).decode()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and not node.level:
                assert node.module in ({"typing"} if typed_dicts else {"typing", "ipaddress", "pydantic"})
            assert not isinstance(node, ast.Import)


def test_one_module_for_each_resource(written: Callable[[str], Written]) -> None:
    module = written("2.53").module("keypairs")
    assert module.__doc__ is not None
    assert module.__doc__.startswith("Key pairs.\n")
    assert "POST /os-keypairs\n    request: KeypairCreateRequest\n    201: KeypairCreateResponse\n" in module.__doc__
    assert module.KeypairCreateRequest.__module__ == "models_2_53.keypairs"
    assert module.ErrorResponse.__module__ == "models_2_53.common"


def test_the_example_of_the_page_is_what_is_written(compute: History) -> None:
    page = (Path(__file__).parents[1] / "docs" / "models.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```py\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert f"\n{example}\n" in package("Compute", compute.at("2.53"))["keypairs.py"]


def test_a_field_may_be_absent_but_not_null(written: Callable[[str], Written]) -> None:
    server = written("2.53").module("server_create").ServerCreate
    given = {"name": "web", "flavorRef": "1", "networks": "auto"}
    assert server(**given).tags is None
    assert server(**given, OS_DCF_diskConfig="AUTO").OS_DCF_diskConfig == "AUTO"
    with pytest.raises(ValidationError, match="must not be null; leave it out"):
        server(**given, tags=None)


# ---------------------------------------------------------------------------------------------- other specifications


HOSTILE = r"""
resource: boxes
audience: owner
title: "Boxes \"\"\" \\ \u202e"
operations:
  POST /boxes:
    summary: Make a box
    request: Field
    responses: {200: Any}
schemas:
  Field:
    description: "It ends with a quote\" and \"\"\" in the middle \\ and \u202e"
    type: object
    properties:
      class: {$ref: Box}
      "a\"b": {type: string, pattern: "^[\"'\\\\]+$"}
      list: {type: array, items: {$ref: Box}}
      "OS:x": {type: string, enum: ["\"", "\\", "\u202e"]}
      model_dump: {$ref: Tree}
      Box: {type: boolean}
    required: [class]
    additionalProperties: false
  Any:
    description: A union.
    oneOf:
      - {$ref: Box}
      - {$ref: Field}
      - {type: object, properties: {kind: {const: other}}, required: [kind], additionalProperties: false}
  Box:
    type: object
    properties:
      kind: {const: box}
      inside: {type: array, items: {$ref: Box}}
      pair: {$ref: Pair}
    required: [kind]
    additionalProperties: false
  Pair:
    type: object
    properties:
      boxes: {$ref: BoxList}
    additionalProperties: {$ref: Box}
  BoxList: {type: array, items: {$ref: Box}}
  Tree: {type: array, items: {type: array, items: {type: [object, "null"], additionalProperties: {type: integer}}}}
"""


def test_hostile_names_and_objects_in_themselves(tmp_path: Path, folder: Path) -> None:
    spec = tmp_path / "spec"
    started = CliRunner().invoke(main, ["init", str(spec), "--service", "boxes"])
    assert started.exit_code == 0, started.output
    (spec / "baseline" / "boxes.yaml").write_text(HOSTILE, encoding="utf-8")
    api = microspec.load(spec).at("1.1")
    made = Written(api, folder)
    module = made.module("boxes")
    box = {"kind": "box", "inside": [{"kind": "box"}], "pair": {"boxes": [{"kind": "box"}], "x": {"kind": "box"}}}
    body = {
        "class": box,
        'a"b': "\"'\\",
        "list": [box],
        "OS:x": "\u202e",
        "model_dump": [[{"a": 1}, None]],
        "Box": True,
    }
    assert api["POST /boxes"].accepts_request(body)
    found = module.Field_2.model_validate(body)
    assert same(found.model_dump(by_alias=True, exclude_unset=True), body)
    assert type(found.class_.pair.boxes[0]).__name__ == "Box"
    assert fits(body, made.module("boxes", typed_dicts=True).Field_2)
    answers = TypeAdapter(module.Any_2)
    assert type(answers.validate_python({"kind": "other"})).__name__ == "Any3"
    assert type(answers.validate_python(body)).__name__ == "Field_2"
    assert "\u202e" not in (folder / made.names[False] / "boxes.py").read_text(encoding="utf-8")


# --------------------------------------------------------------------------------------------------------- the text


def test_what_is_too_long_is_broken() -> None:
    words = ["word" * 6] * 4
    lines = [
        *laid("x: ", Group("Annotated[", [Alternatives(["str", Group("list[", words, "]")]), *words], "]"), " = None")
    ]
    assert max(map(len, lines)) <= WIDTH
    assert ast.unparse(ast.parse("\n".join(lines))).startswith("x: Annotated[str | list[wordword")
    assert [*laid("x: ", Group("list[", ["w" * 100], "]"))] == ["x: list[", "    " + "w" * 100, "]"]


@pytest.mark.parametrize("text", ['"', "\\", '"""', "a\nb", "\u202e", "\x00", "😀", "'", 'a\\"', "\\d", '"' * 7])
def test_texts_are_what_they_were(text: str) -> None:
    assert ast.literal_eval(quoted(text)) == text
    assert ast.literal_eval(pattern(text)) == text
    assert ast.literal_eval("\n".join(docstring([f"a{text}"]))).rstrip("\n") == f"a{text}"


@pytest.mark.parametrize(
    ("regex", "expected"),
    [
        ("^[a-z]+$", True),
        (r"^\d+$", False),
        (r"^\w+$", False),
        ("^(?:a|b)$", True),
        ("^(?=a)", False),
        (r"^[\s\S]-\u00a0-$", True),
    ],
)
def test_patterns_that_mean_the_same_are_written(regex: str, expected: bool) -> None:
    assert is_portable(regex) == expected


def test_portable_patterns_mean_the_same_to_pydantic(compute: History) -> None:
    patterns: set[str] = set()
    for version in VERSIONS:
        for name in compute.at(version).schemas:
            patterns.update(_patterns(compute.at(version).schemas[name]))
    patterns.update(each for name in WORDS for each in patterns_of_format(name))
    portable = sorted(filter(is_portable, patterns))
    assert len(portable) > 20
    texts = [
        "",
        "a",
        "1",
        "-1",
        " ",
        "a b",
        "a-b",
        "a_b",
        "A:1",
        "a\n",
        "é",
        "0" * 32,
        "1.5",
        "/24",
        "^",
        "resources:A",
    ]
    for each in portable:
        adapter: Any = TypeAdapter(typing.Annotated[str, Field(pattern=each)])
        for text in texts:
            try:
                adapter.validate_python(text)
                accepted = True
            except ValidationError:
                accepted = False
            assert accepted == matches(each, text), (each, text)


def _patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from ([schema["pattern"]] if isinstance(schema.get("pattern"), str) else [])
        yield from schema.get("patternProperties", {}) if isinstance(schema.get("patternProperties"), dict) else ()
        for value in schema.values():
            yield from _patterns(value)
    elif isinstance(schema, (list, tuple)):
        for value in schema:
            yield from _patterns(value)


# ------------------------------------------------------------------------------------------------------ the command


def run(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["models", *arguments], catch_exceptions=False)


def test_the_command_writes_a_package(compute: History, tmp_path: Path) -> None:
    folder = tmp_path / "types"
    for typed_dicts in (False, True, False):
        done = run("2.53", "--out", str(folder), *(["--typed-dicts"] if typed_dicts else []))
        assert done.exit_code == 0
        expected = package("Compute", compute.at("2.53"), typed_dicts=typed_dicts)
        assert done.output.splitlines() == [str(folder / name) for name in expected]
        assert {path.name for path in folder.iterdir()} == {*expected, ".microspec"}
        assert all((folder / name).read_text(encoding="utf-8") == text for name, text in expected.items())


def test_the_command_answers_for_a_release(tmp_path: Path) -> None:
    texts = []
    for release in ("train", "wallaby"):
        assert run("2.53", "--out", str(tmp_path / release), "--release", release).exit_code == 0
        texts.append({path.name: path.read_bytes() for path in (tmp_path / release).iterdir()})
    assert texts[0] != texts[1]


def test_the_command_needs_a_version_and_a_folder(tmp_path: Path) -> None:
    assert run("--out", str(tmp_path)).exit_code == 2
    assert "--out is missing" in run("2.53").output
    (tmp_path / "mine.py").touch()
    assert "it contains 'mine.py', which microspec models did not write" in run("2.53", "--out", str(tmp_path)).output
