"""Reads a folder of YAML files into a `History`, or reports all mistakes in them."""

from __future__ import annotations

import os
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from ..history import History
from ..model.api import Api
from ..model.changes import AddBehavior, AddOperation, AddParameter, Alteration, AlterParameter
from ..model.definition import Common, Resource, Response, path_names
from ..model.fold import Folded
from ..model.microversion import Microversion, Release, Service
from ..model.timeline import Lazy
from ..schema.walk import references
from ..values.diagnostics import Diagnostic, Location
from ..values.frozen import frozendict
from ..values.version import Version
from .documents import (
    VERSION,
    WRITTEN_KINDS,
    AddOperationDocument,
    CommonDocument,
    Document,
    ResourceDocument,
    ServiceDocument,
    VersionDocument,
    by_status,
    named_sets,
)
from .errors import SpecificationError
from .files import read
from .lint import Hints, Lint
from .sources import Sources

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Set
    from pathlib import Path

    from ..model.changes import Change
    from ..model.definition import Definition, Parameter
    from ..schema.walk import Schema
    from .documents import BehaviorDocument, ChangeDocument, OperationDocument, ParameterMap
    from .files import File


D = TypeVar("D", bound=Document)


def load_tree(root: Path) -> History:
    """The history that a folder describes. Raises `SpecificationError` with all mistakes."""
    return read_tree(root).history


def read_tree(root: Path, but: Set[str] = frozenset()) -> Sources:
    """The files in a folder, and the history that they describe.

    Raises `SpecificationError` with all that is wrong, but for diagnostics with some codes.
    """
    return _Tree(root).read(but)


class _Tree:
    """One run: reads as much as possible, collects the mistakes, and folds if there are none."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.diagnostics: list[Diagnostic] = []
        self.doubtful: set[str] = set()
        self.mentioned: set[str] = set()
        self.named: dict[tuple[str, str], Location] = {}
        self.hints = Hints()
        self.queries: dict[str, ParameterMap] = {}
        self.releases: Mapping[str, Release] | None = None

    def report(self, location: Location, code: str, message: str, hint: str | None = None) -> None:
        self.diagnostics.append(Diagnostic(location=location, code=code, message=message, hint=hint))

    def read(self, but: Set[str]) -> Sources:
        if not os.path.isdir(self.root):  # noqa: PTH112  # Path.is_dir raises some OSErrors
            what = "this is a file, not a folder" if os.path.lexists(self.root) else "there is no such folder"
            self.report(Location(file=str(self.root)), "missing-file", what)
            raise SpecificationError(self.diagnostics)
        service_file = self._read(self.root / "service.yaml", ServiceDocument)
        common, resources = self._read_baseline()
        version_files = self._read_versions()
        service = self._service(service_file.document) if service_file else None
        self._check_numbering(version_files, service_file)
        if service_file is not None:
            self._check_releases(service_file, version_files)
        baseline = self._baseline(common, resources, service)
        microversions = [self._microversion(file, baseline, service) for file in version_files]
        if microversions:
            microversions[0] = self._from_baseline(microversions[0], resources, baseline)
        self.diagnostics += Lint(self.doubtful, self.named, self.mentioned, self._in_queries(), self.hints).run(
            baseline,
            [*([common] if common else []), *resources],
            list(zip(version_files, microversions, strict=True)),
            self.releases or {},
        )
        mistakes = {diagnostic for diagnostic in self.diagnostics if diagnostic.code not in but}
        if mistakes or service_file is None or service is None:
            raise SpecificationError(sorted(mistakes, key=lambda d: (d.location.key, d.code, d.message)))
        history = History(Folded(service, baseline, tuple(microversions)))
        versions = dict(zip(history.versions, version_files, strict=True))
        return Sources(self.root, history, service_file, common, resources, versions)

    # ------------------------------------------------------------------------------------------ files

    def _read(self, path: Path, model: type[D]) -> File[D] | None:
        if not os.path.lexists(path):  # a broken link is a file that cannot be read
            self.report(Location(file=str(path)), "missing-file", f"the required file {path.name} is missing")
            return None
        reading = read(path, model)
        self.diagnostics += reading.diagnostics
        self.doubtful |= reading.doubtful
        self.mentioned |= reading.mentioned
        return reading.file

    def _paths(self, folder: str) -> list[Path]:
        path = self.root / folder
        try:
            entries = sorted(path.iterdir())
        except (OSError, ValueError):  # ValueError for an impossible name
            self.report(Location(file=str(path)), "missing-file", f"the required folder {folder}/ is missing")
            return []
        for entry in entries:
            if entry.suffix != ".yaml" and not entry.name.startswith("."):
                self.report(Location(file=str(entry)), "stray-file", f"{folder}/ may only contain .yaml files")
        return [entry for entry in entries if entry.suffix == ".yaml"]

    def _read_baseline(self) -> tuple[File[CommonDocument] | None, list[File[ResourceDocument]]]:
        paths = self._paths("baseline")
        common = next((path for path in paths if path.name == "common.yaml"), None)
        resources = [self._read(path, ResourceDocument) for path in paths if path != common]
        return (
            self._read(common, CommonDocument) if common else None,
            [file for file in resources if file is not None],
        )

    def _read_versions(self) -> list[File[VersionDocument]]:
        files = []
        paths = self._paths("versions")
        if not paths and os.path.isdir(self.root / "versions"):  # noqa: PTH112  # Path.is_dir raises some OSErrors
            place = Location(file=str(self.root / "versions"))
            self.report(place, "missing-file", "there is no version file", "add the file of the first version")
        for path in paths:
            file = self._read(path, VersionDocument)
            if file is None:
                continue
            if path.stem != file.document.microversion:
                self.report(
                    file.location("microversion"),
                    "wrong-file-name",
                    f"the file is called {path.name}, but describes {file.document.microversion}",
                    f"rename it to {file.document.microversion}.yaml",
                )
            files.append(file)
        return sorted(files, key=lambda file: Version(file.document.microversion).key)

    def _check_numbering(self, files: list[File[VersionDocument]], service: File[ServiceDocument] | None) -> None:
        present = {path.stem for path in self._paths("versions")}
        expected = Version(service.document.min_version) if service else None
        for file in files:
            version = Version(file.document.microversion)
            if expected is not None and expected < version:
                self._check_gap(file, expected, version, present)
            if expected is not None and version < expected:
                self.report(
                    file.location("microversion"),
                    "gap",
                    f"{version} is out of sequence: the next version is {expected}",
                )
            expected = version.next

    def _check_gap(self, file: File[VersionDocument], expected: Version, version: Version, present: set[str]) -> None:
        """Report the versions before one that have no file; a file that could not be read is not a gap."""
        place = file.location("microversion")
        if expected.major != version.major:
            if str(expected) not in present:
                self.report(place, "gap", f"there is no file for {expected} before {version}")
            return
        names = (name.partition(".") for name in present if name.startswith(f"{version.major}."))
        minors = (int(minor) for _, _, minor in names if minor.isascii() and minor.isdigit())
        there = sorted(minor for minor in minors if expected.minor <= minor < version.minor)
        for before, after in pairwise([expected.minor - 1, *there, version.minor]):
            first, last = Version((version.major, before + 1)), f"{version.major}.{after - 1}"
            if after - before > 1:
                named = first if str(first) == last else f"any of {first} to {last}"
                self.report(place, "gap", f"there is no file for {named} before {version}")

    def _check_releases(self, file: File[ServiceDocument], versions: list[File[VersionDocument]]) -> None:
        """Report releases whose highest version is not among those that have a file, which may have mistakes."""
        stems = [path.stem for path in self._paths("versions") if re.match(VERSION, path.stem)]
        numbers = map(Version, (*stems, *(each.document.microversion for each in versions)))
        first, last = Version(file.document.min_version), max(numbers, default=None)
        for key, release in file.document.releases.items():
            version, place = Version(release.max_version), file.location("releases", key, "max-version")
            if last is not None and last < version:
                hint = f"add the files up to {version}, or lower the max-version"
                message = f"{release.name} supports {version}, but {last} is the highest version with a file"
                self.report(place, "undescribed-version", message, hint)
            elif version < first:
                message = f"{release.name} supports no version: {version} is below the first one, {first}"
                self.report(place, "undescribed-version", message)

    # -------------------------------------------------------------------------------------- documents

    def _service(self, document: ServiceDocument) -> Service:
        releases = {
            key: Release(
                key=key,
                name=release.name,
                version=release.version,
                series=release.series,
                max_version=Version(release.max_version),
            )
            for key, release in document.releases.items()
        }
        return Service(
            service_type=document.service,
            title=document.title,
            standard_header=document.headers.standard,
            legacy_header=document.headers.legacy,
            releases=frozendict(releases),
        )

    def _name(self, kind: str, name: str, location: Location) -> None:
        """Note a definition; report it if one of this kind and name already exists."""
        first = self.named.setdefault((kind, name), location)
        if first is not location:
            self.report(location, "duplicate-name", f"{kind} {name} is already defined", f"first in {first}")

    def _baseline(
        self, common: File[CommonDocument] | None, resources: list[File[ResourceDocument]], service: Service | None
    ) -> Api:
        self.releases = service.releases if service else None
        files: list[File[Any]] = [*([common] if common else []), *resources]
        schemas: dict[str, Schema] = {}
        for file in files:
            for section, target in (("schemas", schemas), ("queries", self.queries)):
                for name, value in getattr(file.document, section).items():
                    kind = {"schemas": "schema", "queries": "query"}[section]
                    self._name(kind, name, file.location(section, name, of_key=True))
                    target.setdefault(name, value)
        definitions: dict[str, Definition] = {}
        for resource in resources:
            self._name("resource", resource.document.resource, resource.location("resource"))
            for key, operation in resource.document.operations.items():
                self._name("operation", key, resource.location("operations", key, of_key=True))
                self._check_operation(resource, key, operation, "operations", key)
                document = resource.document
                definition = operation.definition(key, document.resource, document.audience, self.queries)
                definitions.setdefault(key, definition)
        parameters: list[Parameter] = []
        errors: list[Response] = []
        if common:
            errors = [
                Response(status=error.status, when=error.when, decided_by=tuple(error.decided_by))
                for error in common.document.errors
            ]
            given = common.document.parameters
            parameters = [make("header", name) for name, make in given.header.items()]
            for name, make in given.path.items():
                parameters.append(make("path", name))
                location = common.location("parameters", "path", name, of_key=True)
                self._check_description(name, parameters[-1].schema, location)
        titled = ((file.document.resource, file.document.title, file.document.description) for file in resources)
        shared = Common(
            resources=frozendict({name: Resource(title=title, description=text) for name, title, text in titled}),
            parameters=frozendict({parameter.key: parameter for parameter in parameters}),
            headers=frozendict(common.document.headers if common else {}),
            responses=frozendict({response.key: response for response in errors}),
            error_body=common.document.error_body if common else None,
        )
        return Api(
            version=Version("0.0"),
            definitions=frozendict(definitions),
            schemas=frozendict(schemas),
            _shared=Lazy(shared),
        )

    def _check_operation(self, file: File[Any], key: str, document: OperationDocument, *path: Any) -> None:
        """Report unknown names in an operation."""
        sets = named_sets(document.query)
        given: dict[str, str] = {}
        for index, name in enumerate(sets):
            location = file.location(*path, "query", *([index] if isinstance(document.query, list) else []))
            self._check_name("set of query parameters", name, self.queries, location)
            for parameter in self.queries.get(name, {}):
                if given.setdefault(parameter, name) != name or name in sets[:index]:
                    message = f"the query parameter {parameter} of {name} is also in {given[parameter]}"
                    self.report(location, "duplicate-name", message, "list each parameter once")
        in_path = path_names(key.partition(" ")[2].partition("#")[0])
        for name, made in document.path.items():
            location = file.location(*path, "path", name, of_key=True)
            self._check_name("path parameter", name, in_path, location)
            if name in in_path:
                self._check_description(name, made("path", name).schema, location)
        if document.gone_since_release is not None and self.releases is not None:
            location = file.location(*path, "gone-since-release")
            self._check_name("release", document.gone_since_release, self.releases, location)

    def _check_description(self, name: str, schema: Schema, location: Location) -> None:
        """Report a path parameter that is declared without saying what it is, or what its values are."""
        keywords = schema.keys() if isinstance(schema, dict) else set()
        missing = "description" if "description" not in keywords else "schema" if len(keywords) == 1 else None
        if missing is not None:
            hint = f"such as {name}: {{description: The id of the box., type: string}}"
            self.report(location, "undescribed-parameter", f"path parameter {name} has no {missing}", hint)

    def _in_queries(self) -> set[str]:
        """The schemas that sets of query parameters refer to, whether a set is used or not."""
        made = [make("query", name) for parameters in self.queries.values() for name, make in parameters.items()]
        return {name for parameter in made for name in references(parameter.schema)}

    def _check_name(self, kind: str, name: str, known: Collection[str], location: Location) -> None:
        if name not in known and name not in self.doubtful:
            self.report(location, "unknown-name", f"there is no {kind} {name}", self.hints.nearest(name, known))

    def _microversion(self, file: File[VersionDocument], baseline: Api, service: Service | None) -> Microversion:
        document = file.document
        version = Version(document.microversion)
        if not (document.features or document.removed_features or document.behaviors):
            self.report(
                file.location("microversion"),
                "no-feature",
                f"{version} adds no feature or behavior, and removes no feature: name what it is for",
            )
        releases = service.releases.values() if service else ()
        return Microversion(
            version=version,
            title=document.title,
            description=document.description,
            features=frozendict(document.features),
            removed_features=frozendict(document.removed_features),
            changes=(*self._changes(file, baseline, version), *self._behaviors(file, version)),
            release=next((release for release in releases if version <= release.max_version), None),
            location=file.location("microversion"),
        )

    def _from_baseline(
        self, first: Microversion, resources: list[File[ResourceDocument]], baseline: Api
    ) -> Microversion:
        """The first microversion, with the changes in the baseline that hold only in some releases."""
        changes = (change for file in resources for change in self._changes(file, baseline, first.version))
        return first.replace(changes=(*changes, *first.changes))

    def _changes(
        self, file: File[VersionDocument] | File[ResourceDocument], baseline: Api, version: Version
    ) -> Iterator[Change]:
        for index, document in zip(file.numbers, file.document.changes, strict=True):
            if not self._is_understood(file, document, document.targets, version, "changes", index):
                continue
            if not isinstance(document, AddOperationDocument):
                for place, given in document.each():
                    change = WRITTEN_KINDS[document.verb](location=file.location("changes", index, *place), **given)
                    self._check_path_parameter(change)
                    yield change
            else:
                for position, target in enumerate(document.targets):
                    location = file.location("changes", index, document.verb, position)
                    self._check_operation(file, target, document, "changes", index)
                    location_of_name = file.location("changes", index, "resource")
                    self._check_name("resource", document.resource, baseline.common.resources, location_of_name)
                    definition = document.definition(target, document.resource, document.audience, self.queries)
                    yield AddOperation(
                        target=target,
                        definition=definition,
                        why=document.why,
                        feature=document.feature,
                        location=location,
                        since_release=document.since_release,
                        until_release=document.until_release,
                    )

    def _check_path_parameter(self, change: Change) -> None:
        """Report a change after which a path parameter is declared, but not described."""
        if isinstance(change, AddParameter | AlterParameter) and change.path is not None and change.location:
            schema = change.schema.after if isinstance(change.schema, Alteration) else change.schema
            if schema is not None:
                self._check_description(change.path, schema, change.location)

    def _is_understood(
        self,
        file: File[Any],
        document: ChangeDocument | BehaviorDocument,
        names: Iterable[str],
        version: Version,
        *path: Any,
    ) -> bool:
        """Whether the releases in which a change holds are known. Reports unknown releases, and that there are none."""
        given = {"since-release": document.since_release, "until-release": document.until_release}
        marks = {key: name for key, name in given.items() if name is not None}
        if self.releases is None or not marks:
            return True
        for key, name in marks.items():
            self._check_name("release", name, self.releases, file.location(*path, key))
        if not self.releases.keys() >= set(marks.values()):
            self.doubtful |= {part for name in names for part in (name, name.partition(".")[0])}
            return False
        keys = [*self.releases]
        since, until = (marks.get(key) for key in given)
        if until is None:
            return True
        held = keys[keys.index(since) if since else 0 : keys.index(until) + 1]
        if not held:
            message = f"since-release {since} is later than until-release {until}"
            self.report(file.location(*path, "since-release"), "never-holds", message)
        elif all(self.releases[key].max_version < version for key in held):
            message = f"no release up to {until} supports {version}"
            self.report(file.location(*path, "until-release"), "never-holds", message)
        return True

    def _behaviors(self, file: File[VersionDocument], version: Version) -> Iterator[Change]:
        for name, behavior in file.document.behaviors.items():
            if not self._is_understood(file, behavior, [name], version, "behaviors", name):
                continue
            yield AddBehavior(
                target=name,
                text=behavior.text,
                operations=tuple(behavior.operations),
                statuses=by_status(behavior.statuses),
                about=tuple(behavior.about),
                location=file.location("behaviors", name, of_key=True),
                since_release=behavior.since_release,
                until_release=behavior.until_release,
            )
