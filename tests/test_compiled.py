"""The compiled artifact: it answers as the sources do, and is never half-used."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import shutil
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import microspec
from exploring import examples
from microspec import ArtifactError, Version, loading
from microspec.artifact import FORMAT, SEARCHES, TEXTS, checksum, fields, first_line, quoted, read, sealed
from microspec.artifact.codec import decoder, encode
from microspec.artifact.reader import Compiled
from microspec.artifact.writer import artifact as artifact_texts
from microspec.authoring.build import write_artifact
from microspec.authoring.tree import load_tree
from microspec.history import History
from microspec.loading import bundled_path
from microspec.model.api import Api
from microspec.model.changes import AddProperty, RemoveProperty
from microspec.model.definition import Definition, Parameter
from microspec.model.fold import Folded
from microspec.model.microversion import Microversion, Service
from microspec.model.timeline import TABLES
from microspec.questions import presence
from microspec.schema import formats, printable, standalone
from microspec.schema import validator as validators
from microspec.schema.walk import normalised
from microspec.values.diagnostics import Location
from microspec.values.files import MANIFEST
from microspec.values.frozen import EMPTY, frozendict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from microspec.values.version import VersionSet


@pytest.fixture(scope="session")
def folded() -> History:
    """The compute API, folded from its sources."""
    return load_tree(Path(bundled_path("compute")))


@pytest.fixture
def artifact(library: Path, tmp_path: Path) -> Path:
    """The library service, compiled."""
    write_artifact(library, tmp_path / "artifact")
    return tmp_path / "artifact"


def test_the_bundled_api_is_compiled(compute: History) -> None:
    assert isinstance(compute._source, Compiled)


def test_a_compiled_history_answers_as_its_sources_do(compute: History, folded: History) -> None:
    assert compute.versions == folded.versions
    assert compute.service == folded.service
    assert compute.features == folded.features
    assert list(compute.features) == list(folded.features)
    assert compute.known == folded.known
    assert list(compute) == list(folded)
    assert compute.baseline == folded.baseline
    for version in folded.versions:
        assert compute.at(version) == folded.at(version)
        assert list(compute.at(version).definitions) == list(folded.at(version).definitions)


def test_the_index_of_elements_says_what_looking_says(compute: History, folded: History) -> None:
    lines = [*compute._origin.lines("elements")]  # type: ignore[attr-defined]
    assert len(lines) > 3000
    for operation, name, versions in random.Random(1).sample(lines, 150):
        part, _, value = name.partition(" ")
        element: dict[str, Any] = {part: int(value) if part == "status" else value}
        found: VersionSet = folded.availability(operation, **element)
        assert str(found) == versions, element
        assert compute.availability(operation, **element) == found


def test_a_field_is_there_where_its_name_matches_a_pattern(compute: History) -> None:
    """Before 2.86 the names of extra specs are free, but for their form; from then on some are listed."""
    listed = "POST /flavors/{flavor_id}/os-extra_specs", "request /extra_specs/hw:cpu_policy"
    assert str(compute._source.element(*listed)) == "2.1-"


def test_a_field_is_there_at_any_depth_of_what_is_in_itself() -> None:
    deep = normalised({"type": "object", "properties": {"child": {"properties": {"name": {"type": "string"}}}}})
    changes = (RemoveProperty(target="Tree.child"), AddProperty(target="Tree.child", schema=deep))
    definition = Definition(
        method="POST", path="/trees", resource="trees", summary="Plant a tree", audience="any", request="Tree"
    )
    tree = normalised({"type": "object", "properties": {"child": {"$ref": "Tree"}}})
    baseline = Api(
        version=Version("0.0"), definitions=frozendict({definition.key: definition}), schemas=frozendict(Tree=tree)
    )
    service = Service(service_type="trees", title="Trees", standard_header="X", legacy_header=None, releases=EMPTY)
    first = Microversion(version=Version("1.1"), title="t", description="d")
    second = Microversion(version=Version("1.2"), title="t", description="d", changes=changes)
    history = History(Folded(service, baseline, (first, second)))
    assert [(name, str(when)) for _, _, name, when in presence.elements(history._source)] == [
        ("/child", "1.1-"),
        ("/child/child", "1.1-"),
        ("/child/child/name", "1.2-"),
    ]
    assert str(history.availability("POST /trees", request="/child/child")) == "1.1-"


def test_elements_are_looked_for_once_in_each_form_of_an_operation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[1])
    from benchmarks.growth import write_tree

    walked: list[str] = []
    listed = presence.Content._listed

    def counted(form: presence.Content) -> Iterator[tuple[str, str]]:
        walked.append(form.definition.key)
        return listed(form)

    monkeypatch.setattr(presence.Content, "_listed", counted)
    versions, operations = 40, 12
    write_tree(tmp_path, versions, operations)
    assert len(list(presence.elements(load_tree(tmp_path)._source))) > 2 * versions
    assert len(walked) <= operations + 4 * versions  # each changes one kind of thing, which has four operations


def test_unchanged_things_are_one_object_at_every_version(compute: History) -> None:
    """Also what is in something that changes, and what comes back as it was."""
    compared = Counter[str]()

    def compare(kind: str, former: Mapping[Any, Any], present: Mapping[Any, Any]) -> None:
        for name in former.keys() & present.keys():
            if former[name] == present[name] and not isinstance(former[name], bool):
                assert former[name] is present[name], (kind, name)
                compared[kind] += 1

    ever: dict[str, dict[str, Any]] = {kind: {} for kind in TABLES}
    for version in compute.versions:
        api = compute.at(version)
        for kind in TABLES:
            table, former = getattr(api, kind), ever[kind]
            compare(kind, former, table)
            for name in former.keys() & table.keys():
                if former[name] is table[name]:
                    continue
                if kind == "schemas":
                    compare("properties", former[name].get("properties", {}), table[name].get("properties", {}))
                elif kind == "definitions":
                    compare("parameters", former[name].parameters, table[name].parameters)
                    compare("responses", former[name].responses, table[name].responses)
            former.update(table)
    assert compared.keys() == {*TABLES, "properties", "parameters", "responses"}


def test_two_builds_are_the_same_bytes(
    library: Path, artifact: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the folder is named: in full, from the working folder (by a word that paths have in them), or as it."""
    elsewhere = Path(shutil.copytree(library, tmp_path / "elsewhere" / "books"))
    monkeypatch.chdir(elsewhere.parent)
    write_artifact(elsewhere, tmp_path / "in full")
    write_artifact(Path("books"), tmp_path / "by a word")
    monkeypatch.chdir(elsewhere)
    write_artifact(Path(), tmp_path / "as it")
    for name, way in itertools.product(TEXTS, ("in full", "by a word", "as it")):
        assert (artifact / name).read_bytes() == (tmp_path / way / name).read_bytes()


def test_an_artifact_is_loaded_by_its_path(artifact: Path) -> None:
    history = microspec.load(artifact)
    assert history.service_type == "library"
    assert str(history.features["author-tags"].availability) == "1.2, 1.4-"
    assert history.supports("author-tags", "1.2")
    assert history["1.3"].changes[0].why == "Lost by mistake; 1.4 brings it back."
    assert str(history["1.3"].location) == "versions/1.3.yaml:1:15"


def of_another_build(text: str) -> str:
    """A text as it would be if it were made of other sources: whole, with another digest."""
    head, _, rest = text[: text.rindex("end\t")].partition("\n")
    return sealed(f"{first_line(head.split()[2], 64 * '0')}{rest}")


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda text: text[: len(text) // 2], "is damaged"),
        (lambda text: text[:-1], "is damaged"),
        (lambda text: text.replace("a", "b", 1), "is damaged|does not have the format"),
        (lambda _: "", "does not have the format"),
        (lambda text: text.replace(FORMAT, "microspec 0", 1), "does not have the format"),
        (of_another_build, "from different builds"),
        (None, "cannot be read"),
    ],
    ids=["half", "a byte short", "a byte changed", "empty", "another format", "another build", "not there"],
)
def test_a_damaged_artifact_is_refused(artifact: Path, name: str, damage: Any, words: str) -> None:
    path = artifact / name
    if damage is None:
        path.unlink()
    else:
        path.write_text(damage(path.read_text()))

    def use_all() -> None:
        history = loading._compiled(str(artifact))
        api = history.at("1.4")
        assert api.schemas["Genre"]
        assert api["POST /books"].request_schema()
        assert list(api.behaviors.values())
        assert api["POST /books"].responses
        assert history.features["author-tags"].text
        history.availability("GET /books", query="limit")
        history["1.2"]
        history.diff("1.1", "1.2")
        history._source.rows(history.versions[1])

    with pytest.raises(ArtifactError, match=words):
        use_all()


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [(b"\n", b"\n\xff\n", "is not UTF-8"), (b"\tNAME\t", b"\t\xff\t", "contains another text")],
    ids=["a line", "the name"],
)
def test_a_text_that_is_sealed_and_not_utf_8_is_refused(
    artifact: Path, name: str, was: bytes, becomes: bytes, words: str
) -> None:
    path = artifact / name
    whole = path.read_bytes()
    start = whole[: whole.rindex(b"end\t")].replace(was.replace(b"NAME", name.encode()), becomes, 1)
    digest = whole.split(b"\n")[0].rpartition(b"\t")[2]
    path.write_bytes(start + b"end\t%b\t%d\n" % (digest, checksum(start)))
    with pytest.raises(ArtifactError, match=f"{name} {words}"):
        read(str(artifact), name)


@pytest.mark.parametrize("name", TEXTS)
def test_no_bit_of_an_artifact_can_change(artifact: Path, name: str) -> None:
    path = artifact / name
    whole = path.read_bytes()
    assert whole.startswith(read(str(artifact), name)[0].encode())
    chance = random.Random(name)
    for place in (0, len(whole) - 1, *chance.sample(range(len(whole)), 60)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :])
        with pytest.raises(ArtifactError):
            read(str(artifact), name)


def test_each_text_is_sealed_with_its_name(artifact: Path) -> None:
    content = {name: (artifact / name).read_bytes() for name in TEXTS}
    for name, other in itertools.permutations(TEXTS, 2):
        (artifact / name).write_bytes(content[other])
        with pytest.raises(ArtifactError, match=f"{name} contains another text, '{other}'"):
            read(str(artifact), name)


@pytest.mark.parametrize("searches", [1, 2 * SEARCHES])
@pytest.mark.parametrize(
    "element",
    [
        {"request": "/server/name\t2.1-\nDELETE /servers/{server_id}"},
        {"request": "/server/tags\t2.1-\nPOST /servers request /server/name"},
        {"request": "/server/tags\t"},
        {"request": "/server\n/tags"},
        {"query": "limit\t2.1-\nGET /servers query"},
        {"query": "a\\tb\\n"},
        {"query": "\ud800"},
        {"response": "/server/id\t2.1-\n"},
    ],
    ids=repr,
)
def test_no_element_has_a_tab_or_a_line_end_in_its_name(
    compute: History, element: dict[str, str], searches: int
) -> None:
    history = microspec.load(Path(compute._origin.folder))  # type: ignore[attr-defined]
    for _ in range(searches):
        assert history._origin.element("POST /servers", " ".join(*element.items())) is None
    assert not history.availability("POST /servers", **element)  # type: ignore[arg-type]
    assert history.history("POST /servers", **element) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("searches", [1, 2 * SEARCHES])
@pytest.mark.parametrize(
    ("operation", "element"),
    [
        ("end", {}),
        (FORMAT, {}),
        ("", {}),
        ("", {"query": "limit"}),
        ("GET /servers\t2.1-\nGET /flavors", {}),
        ("GET /servers query limit\t2.1-\nGET /servers", {"query": "name"}),
        ("GET /servers\tquery limit", {}),
        ("GET /servers query", {"query": "limit"}),
    ],
)
def test_no_operation_is_a_part_of_the_artifact(
    compute: History, operation: str, element: dict[str, str], searches: int
) -> None:
    history = microspec.load(Path(compute._origin.folder))  # type: ignore[attr-defined]
    for _ in range(searches):
        with pytest.raises((microspec.UnknownOperation, microspec.UnknownName, microspec.InvalidElement)):
            history.availability(operation, **element)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["end", "service", "versions", "", "a\t2.1-\nfeature server-tags", "server-tags\t"])
def test_no_feature_is_a_part_of_the_artifact(compute: History, name: str) -> None:
    history = microspec.load(Path(compute._origin.folder))  # type: ignore[attr-defined]
    for _ in range(2 * SEARCHES):
        with pytest.raises(microspec.UnknownName):
            history.supports(name, "2.90")


HOSTILE = [
    "a\tb",
    "a\nb",
    "a\\b",
    "a\\tb",
    "a\\\\\tb\\",
    "\t",
    "\n",
    "a\r\x85\u2028b",
    "end\t\t",
    "GET /a query b",
    "a b",
]


def test_an_artifact_quotes_what_is_in_it(tmp_path: Path) -> None:
    """Nothing but lint refuses such names; what they are in the sources, they are in the artifact."""
    parameters = [Parameter(location="query", name=name, schema=frozendict()) for name in HOSTILE]
    definitions = [
        Definition(
            method="GET",
            path=f"/{name}",
            resource="r",
            summary=name,
            audience="any",
            instead=name,
            parameters=frozendict({item.key: item for item in parameters}),
        )
        for name in HOSTILE
    ]
    baseline = Api(
        version=Version("0.0"),
        definitions=frozendict({item.key: item for item in definitions}),
        schemas=frozendict(
            {name: normalised({"description": name, "items": {"$ref": other}}) for name, other in pairwise(HOSTILE)}
        ),
    )
    service = Service(service_type="a\tb", title="T", standard_header="X", legacy_header=None, releases=EMPTY)
    features = frozendict({name: name for name in HOSTILE})
    first = Microversion(
        version=Version("1.1"), title="t", description="d", features=features, location=Location(file="a\tb")
    )
    folded = History(Folded(service, baseline, (first,)))
    for name, text in artifact_texts(folded._source, Path(), "digest").items():
        (tmp_path / name).write_bytes(text.encode())
    read_again = microspec.load(tmp_path)
    assert read_again.features == folded.features
    assert read_again.known == folded.known
    assert read_again.at("1.1") == folded.at("1.1")
    for name, other in pairwise(HOSTILE):
        standard: Any = read_again._source.finished(1)[name]  # type: ignore[index]
        assert standard.names == (other,)
    for definition, name in itertools.product(definitions, HOSTILE):
        assert str(read_again._origin.element(definition.key, f"query {name}")) == "1.1-"
        assert read_again._origin.element(definition.key, f"query {name}\t") is None


@settings(examples(1))
@given(st.lists(st.text(alphabet="ab \\tn\t\n"), min_size=1))
def test_what_is_quoted_is_one_field(texts: list[str]) -> None:
    line = "\t".join(map(quoted, texts))
    assert "\n" not in line
    assert line.count("\t") == len(texts) - 1
    assert fields(line) == texts


def test_a_specification_with_mistakes_is_not_compiled(library: Path, tmp_path: Path) -> None:
    (library / "versions" / "1.2.yaml").write_text("microversion: 1.2\n")
    with pytest.raises(microspec.SpecificationError):
        write_artifact(library, tmp_path / "artifact")
    assert not (tmp_path / "artifact").exists()


def test_a_checkout_notices_an_edited_file(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_CHECKOUT", str(library))
    monkeypatch.setattr(loading, "_INSTALLED", str(library / "nowhere"))
    first = loading._opened(bundled_path("compute"))
    assert isinstance(first._source, Compiled)
    assert "essay" in first.at("1.2").schemas["Genre"]["enum"]
    path = library / "versions" / "1.2.yaml"
    path.write_text(path.read_text().replace("essay", "diary"))
    assert "diary" in loading._opened(bundled_path("compute")).at("1.2").schemas["Genre"]["enum"]
    (library / ".compiled" / "schemas-spans").write_text("damaged")
    with pytest.raises(ArtifactError):
        loading._opened(bundled_path("compute")).at("1.2").schemas["Genre"]
    (library / ".compiled" / "index").write_text("damaged")
    assert "diary" in loading._opened(bundled_path("compute")).at("1.2").schemas["Genre"]["enum"]


def test_a_history_that_was_built_anew_is_loaded_again(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_CHECKOUT", str(library))
    monkeypatch.setattr(loading, "_INSTALLED", str(library / "nowhere"))
    monkeypatch.setattr(loading, "_loaded", {})
    first = microspec.load()
    path = library / "versions" / "1.2.yaml"
    path.write_text(path.read_text().replace("essay", "diary"))
    loading._opened(bundled_path("compute"))  # as another process does
    assert microspec.load() is first
    with pytest.raises(ArtifactError, match="load it again"):
        first.at("1.2").schemas["Genre"]
    again = microspec.load()
    assert "diary" in again.at("1.2").schemas["Genre"]["enum"]
    assert microspec.load() is again


def test_a_checkout_that_cannot_be_written_is_read_without_being_compiled(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_CHECKOUT", str(library))
    monkeypatch.setattr(loading, "_INSTALLED", str(library / "nowhere"))
    monkeypatch.setattr("microspec.authoring.build.artifact", lambda *_: pytest.fail("compiled for nothing"))
    (library / ".compiled").write_text("in the way, also of who may write everywhere")
    assert isinstance(loading._opened(bundled_path("compute"))._source, Folded)


def test_checkouts_are_compiled_side_by_side(library: Path, artifact: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of several writes its own files, of which any may be the last."""
    meet = threading.Barrier(4)

    def together(*given: Any, **named: Any) -> dict[str, str]:
        made = make(*given, **named)
        meet.wait(60)
        return made

    make = artifact_texts
    monkeypatch.setattr("microspec.authoring.build.artifact", together)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            for _ in range(5):
                shutil.rmtree(library / ".compiled", ignore_errors=True)
                list(pool.map(lambda _: write_artifact(library, library / ".compiled"), range(4)))
                assert {path.name for path in (library / ".compiled").iterdir()} == {*TEXTS, MANIFEST}
    finally:
        sys.setswitchinterval(interval)
    for name in TEXTS:
        assert (library / ".compiled" / name).read_bytes() == (artifact / name).read_bytes()


def test_a_wheel_holds_the_texts_and_nothing_else(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[1])
    from hatch_build import CompileSpecification

    library.rename(tmp_path / "spec")
    (tmp_path / "build" / "compiled").mkdir(parents=True)
    (tmp_path / "build" / "compiled" / "of-a-former-build").touch()
    hook: Any = CompileSpecification(str(tmp_path), {}, None, None, "", "wheel")  # type: ignore[arg-type]
    packed: dict[str, Any] = {"force_include": {}}
    hook.initialize("standard", packed)
    assert packed["force_include"] == {
        str(tmp_path / "build" / "compiled" / name): f"microspec/services/compute/.compiled/{name}" for name in TEXTS
    }
    assert all(map(os.path.isfile, packed["force_include"]))


@pytest.mark.parametrize("scanner", ["of the standard library", "of another Python"])
def test_values_survive_the_codec(compute: History, scanner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if scanner == "of another Python":
        monkeypatch.setitem(sys.modules, "_json", None)
    decode = decoder()
    for microversion in compute:
        assert decode(encode(microversion)) == microversion
    api = compute.at("2.53")
    for value in [*api.definitions.values(), *api.schemas.values(), *api.behaviors.values(), api.common]:
        assert decode(encode(value)) == value
    assert decode(encode({"$value": {"$pairs": [1]}})) == {"$value": {"$pairs": (1,)}}


def make_all_validators(history: History) -> int:
    """Make the validator of all that an operation takes and gives, at some versions; how many there are."""
    made = 0
    for version in (history.min_version, "2.53", history.max_version):
        for operation in history.at(version).operations.values():
            operation.accepts_request(None)
            operation.accepts_query({})
            for response in operation.responses:
                with contextlib.suppress(microspec.ValidationError):
                    operation.validate_response({}, response.status)
                made += 1
    return made


def test_no_pattern_is_made_for_a_validator(compute: History, folded: History, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a pattern is made")

    own = {name: value for name, value in vars(formats).items() if getattr(value, "__module__", "") == formats.__name__}
    for name in set(own) - {"is_python_regex"}:
        monkeypatch.setattr(formats, name, refuse)
    monkeypatch.setattr(printable, "character_class", refuse)
    monkeypatch.setattr(standalone, "standard", refuse)
    monkeypatch.setattr(validators, "SHARED", WeakValueDictionary())  # others go on sharing theirs
    assert make_all_validators(microspec.load(Path(compute._origin.folder))) > 1000  # type: ignore[attr-defined]
    with pytest.raises(AssertionError, match="a pattern is made"):
        make_all_validators(History(folded._source))


def test_documents_are_those_of_the_sources(compute: History, folded: History) -> None:
    for version in folded.versions[::10]:
        for key, operation in folded.at(version).operations.items():
            found = compute.at(version)[key]
            assert found.query_schema() == operation.query_schema()
            assert found.request_schema() == operation.request_schema()
            assert found.response_schema() == operation.response_schema()


@pytest.mark.parametrize(
    "question",
    [
        History.at,
        History.__getitem__,
        lambda history, version: history.supports("server-tags", version),
        lambda history, version: history._source.before(version),
    ],
    ids=["at", "microversion", "supports", "before"],
)
def test_a_question_about_a_version_does_not_look_at_the_others(
    compute: History, question: Callable[[History, Version], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    history = microspec.load(Path(compute._origin.folder))  # type: ignore[attr-defined]
    versions = history.versions
    counted = Counter[str]()

    def count(owner: Any, name: str) -> None:
        original = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *given: [counted.update([name]), original(*given)][1])

    count(Version, "__eq__")
    count(history._origin, "text")
    for version in versions:
        question(history, version)
    assert counted["__eq__"] <= len(versions)
    assert counted["text"] < 3 * SEARCHES  # in as many texts, at most


FORBIDDEN = ["pydantic", "yaml", "packaging", "jsonschema_rs", "click", "rich", "dataclasses", "typing", "re", "json"]


READING = {"loading", "history", "artifact", "values", "values.version"}
LOCATING = {"values.locator"}
MODEL = {"artifact.reader", "model", "values.frozen"} | {
    f"model.{name}" for name in ("source", "timeline", "api", "definition", "operation")
}


@pytest.mark.parametrize(
    ("question", "allowed"),
    [
        ("pass", set()),
        ("microspec.load().supports('server-tags', '2.26')", READING),
        ("microspec.load().supports('crash-dump-states', '2.17')", READING),
        ("microspec.load().availability('crash-dump-states')", READING | LOCATING),
        ("microspec.load().availability('POST /servers', request='/server/tags')", READING | LOCATING),
        ("microspec.load().at('2.88')", READING | MODEL),
    ],
)
def test_a_question_imports_little(question: str, allowed: set[str]) -> None:
    code = (
        f"import sys; before = set(sys.modules); import microspec; {question};"
        "print(' '.join(sorted(set(sys.modules) - before)))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    ours = {name.partition(".")[2] for name in printed if name.startswith("microspec.")}
    of_a_checkout = {"authoring", "authoring.checkout"}  # which look whether the sources have changed
    assert ours == allowed or (not Path(loading._INSTALLED).is_dir() and ours == allowed | of_a_checkout)
    assert not set(printed) & set(FORBIDDEN)
    assert {name for name in printed if not name.startswith("microspec")} <= {"__future__", "_operator", "binascii"}
