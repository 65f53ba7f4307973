"""Checks the files of a specification against each other: applies every change in turn, and locates all mistakes.

`Microversion.apply` stops at the first precondition that fails. Here, a change that cannot be applied is reported and
skipped, so that one run finds all mistakes in a specification.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ..model.changes import AddBehavior, AddOperation, Alteration, AlterBehavior, ParameterChange
from ..model.definition import Definition
from ..model.draft import Draft
from ..model.elements import Element
from ..model.errors import PreconditionError
from ..model.microversion import periods
from ..model.references import References
from ..schema.walk import MOST_LEVELS, MOST_PARTS, Sizes, reach, references, same_value
from ..values.diagnostics import Diagnostic, Location
from ..values.errors import nearest
from ..values.frozen import EMPTY
from .files import WORD
from .paths import second_names, undescribed
from .unused import Lives

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Set

    from ..model.api import Api
    from ..model.changes import Change
    from ..model.definition import Behavior
    from ..model.microversion import Microversion, Release
    from ..values.version import Version
    from .documents import ChangeDocument, VersionDocument
    from .files import File
    from .unused import Orphan


_Subject: TypeAlias = str | tuple[int, tuple[str, ...]]
"""What a behavior needs: an element by name, or a status with which one of its operations answers."""

_HINTS = 20
"""At most this many mistakes get a hint at a near name, because each hint compares all names."""


class Hints:
    """The hints of one run: the nearest names, for the first mistakes."""

    def __init__(self) -> None:
        self._left = _HINTS

    def nearest(self, name: str, known: Iterable[str]) -> str | None:
        """A hint that names the nearest of the `known` names, if any is near and there are not too many hints."""
        if not name or not self._left:
            return None
        self._left -= 1
        return nearest(name, known)


_PATHS = "paths"
"""In an area: the paths of operations and the names in them. No operation and no schema has such a name."""

_RENAME = "rename one of them, because questions accept the names of both"

_PAST = {"add": "added", "remove": "removed", "alter": "altered"}


class _Uses(NamedTuple):
    """The names of the schemas that operations use themselves, of all that they use, and of none that anything uses."""

    direct: frozenset[str]
    used: frozenset[str]
    dangling: frozenset[str]

    def moved(self, before: _Uses, after: _Uses) -> _Uses:
        """These uses after the same step as from one to another."""
        if before is after:
            return self
        return _Uses(*((own - (old - new)) | (new - old) for own, old, new in zip(self, before, after, strict=True)))


class _Step(NamedTuple):
    """What there is after a version: the API, the uses of schemas in it, and which of the changes could be made."""

    api: Api
    uses: _Uses
    made: tuple[bool, ...] = ()


class Lint:
    """One run over all versions.

    `doubtful` are words in entries that could not be read: nothing is reported about elements with such names. `named`
    has the locations of the names of the baseline, `mentioned` are words in entries that were left out, and
    `in_queries` the schemas that the sets of query parameters refer to.
    """

    def __init__(
        self,
        doubtful: Set[str],
        named: Mapping[tuple[str, str], Location],
        mentioned: Set[str],
        in_queries: Set[str],
        hints: Hints,
    ) -> None:
        self.doubtful, self.named, self.hints = doubtful, named, hints
        self.mentioned, self.in_queries = set(mentioned), in_queries
        self.diagnostics: list[Diagnostic] = []
        self.touched: dict[str, tuple[str, Version]] = {}
        self.features: dict[str, Version | None] = {}
        self.behaviors: set[str] = set()
        self.subjects: list[set[str]] = []
        """What each microversion changes, or says something about."""
        self.stated: dict[str, Version] = {}
        self.lives = Lives(named)
        self.undescribed: set[str] = set()
        self.endless: set[str] = set()
        self.measured: set[str] = set()
        self.too_large: set[str] = set()
        self._references = References()
        self._sizes = Sizes()
        self._users: dict[str, set[str]] = {}
        """The schemas and operations that refer to a schema at some version, in some release."""
        self._needed: dict[int, tuple[Behavior, dict[str, list[Element]]]] = {}  # by identity: it keeps them alive
        self._used_by: dict[str, set[str]] = {}
        """The schemas that a schema or an operation refers to at some version, in some release."""

    def run(
        self,
        api: Api,
        baseline: Sequence[File[Any]],
        versions: Sequence[tuple[File[VersionDocument], Microversion]],
        releases: Mapping[str, Release],
    ) -> list[Diagnostic]:
        """All mistakes between the files, in the newest release and in all others."""
        uses = self._uses(api)
        for name in sorted(uses.dangling):
            self._report_unknown(name, api, baseline)
        self._check_paths({key: self.named.get(("operation", key), Location(file="?")) for key in api.definitions}, api)
        self._check_aliases({}, api, baseline)
        self._note_users((("schemas", name) for name in api.schemas), api)
        self._note_users((("definitions", key) for key in api.definitions), api)
        self._check_endless(api.schemas, api, {}, Location(file="?"))
        self._check_size(uses, api, {}, Location(file="?"))
        for place, (file, microversion) in enumerate(versions):
            self._check_features(file, [file, *(() if place else baseline)], microversion)
        self.subjects = [_subjects(microversion) for _, microversion in versions]
        keys = tuple(releases)
        known: set[tuple[Location, str, str]] = set()
        written = (change for _, each in versions for change in each.written)
        limited = [change for change in written if change.since_release or change.until_release]
        steps: list[_Step] = []
        newer: str | None = None
        for release in _last_of_periods([microversion for _, microversion in versions], keys):
            differing = [c for c in limited if c._holds_in(newer, keys) != c._holds_in(release, keys)]
            area = self._area(differing, [step.api for step in steps]) if steps else None
            before, self.diagnostics = self.diagnostics, []
            self.touched, self.stated = {}, {}
            as_of = [(file, each._as_of(release, keys)) for file, each in versions]
            steps, newer = self._fold(_Step(api, uses), baseline, as_of, steps, area), release
            found, self.diagnostics = self.diagnostics, before
            words = "" if release is None or release == keys[-1] else f"in {releases[release]}: "
            for item in found:
                key = (item.location, item.code, item.message)
                if key not in known:
                    known.add(key)
                    self.diagnostics.append(item.replace(message=f"{words}{item.message}"))
        self._report_unused()
        return self.diagnostics

    def _fold(
        self,
        start: _Step,
        baseline: Sequence[File[Any]],
        versions: Sequence[tuple[File[VersionDocument], Microversion]],
        newer: Sequence[_Step],
        area: Set[str] | None,
    ) -> list[_Step]:
        """Apply the changes of all versions as of one release, and note the mistakes. Returns the results by version.

        `newer` are the results in the release that was checked before, and `area` are the names of all that may differ
        from it; None if this release is the first. A version that changes nothing in the area has the same mistakes in
        both releases, so it is not checked again.
        """
        steps: list[_Step] = []
        api, uses, _ = start
        self.lives.begin(uses.used)
        for place, (file, microversion) in enumerate(versions):
            before, had = api, uses
            if area is None or not area.isdisjoint(self.subjects[place]):
                api, made = self._made(before, microversion)
                uses = self._uses_after(had, before, api, microversion)
                files = [file, *(() if place else baseline)]
                self._check_step(_Step(before, had), _Step(api, uses, made), file, files, microversion)
            else:
                other_before, other = newer[place - 1] if place else start, newer[place]
                api, made = _with_the_same(before, other.api, microversion), other.made
                uses = had.moved(other_before.uses, other.uses)
                self._note_made(microversion.version, microversion.changes, made)
                self._note_stated(microversion)
            self.lives.step(before, microversion, had.used, uses.used, are_made=all(made))
            steps.append(_Step(api, uses, made))
        self.lives.end()
        return steps

    def _check_step(
        self,
        before: _Step,
        after: _Step,
        file: File[Any],
        files: Sequence[File[Any]],
        microversion: Microversion,
    ) -> None:
        """Note the mistakes in what a microversion makes of an API."""
        api, uses, made = after
        for name in sorted(uses.dangling - before.uses.dangling):
            self._report_dangling(name, api, files, microversion, are_made=all(made))
        self._check_aliases(before.api.definitions, api, files)
        if api is not before.api:
            changes = {c.target.partition(".")[0]: c for c in microversion.changes}
            about = [change._about for change in microversion.changes]
            self._note_users(about, api)
            if api.schemas is not before.api.schemas:
                altered = [name for kind, name in about if kind == "schemas" and name in api.schemas]
                self._check_endless(altered, api, changes, file.location("microversion"))
                self.measured -= self._users_of(altered)
            self._check_size(uses, api, changes, file.location("microversion"))
            self._check_paths(_with_new_paths(before.api, api, microversion), api)
        self._check_behaviors(before.api, api, microversion)

    def _area(self, differing: Sequence[Change], apis: Sequence[Api]) -> set[str]:
        """The names of all that may be other in one of two releases, if these changes hold in only one of them.

        These are the elements that the changes are about, all that refers to these, and all that these refer to.
        """
        begin = {change._about[1] for change in differing}
        users = self._users_of(begin)
        used = {name for change in differing for name in _names_in(change)}
        for api in apis:
            for name in begin:
                used |= {*(self._named_in(api, "schemas", name) or self._named_in(api, "definitions", name) or ())}
                if name in api.behaviors:
                    used |= self._needed_by(api.behaviors[name]).keys()
        if any(change.noun == "operation" or getattr(change, "path", None) for change in differing):
            users.add(_PATHS)
        return users | reach(used, lambda name: self._used_by.get(name, ())).keys()

    def _report(self, names: Iterable[str], location: Location, code: str, message: str, hint: str | None) -> None:
        if self.doubtful.isdisjoint(names):
            self.diagnostics.append(Diagnostic(location=location, code=code, message=message, hint=hint))

    # ------------------------------------------------------------------------------------------ changes

    def _made(self, api: Api, microversion: Microversion) -> tuple[Api, tuple[bool, ...]]:
        """What the changes of a microversion make of an API, and which could be made. Reports the others."""
        draft = Draft(api)
        made: list[bool] = []
        for change in microversion.changes:
            made.append(self._make(change, draft))
            self._note_made(microversion.version, [change], made[-1:])
        return draft.api(), tuple(made)

    def _make(self, change: Change, draft: Draft) -> bool:
        """Make a change, or report why it cannot be made. Whether it was."""
        try:
            change._make(draft)
        except PreconditionError as error:
            names = {change.target, change.target.partition(".")[0]}
            if isinstance(change, AddBehavior):
                names |= {*change.operations, *change.about, *(Element(name).owner for name in change.about)}
            hint = error.advice or self._when(change, error.code) or self.hints.nearest(error.name, error.known)
            self._report(names, _place(change), error.code, error.reason, hint)
            self.mentioned |= set(WORD.findall(repr(change)))  # what it would have used is not unused
            return False
        return True

    def _note_made(self, version: Version, changes: Iterable[Change], made: Iterable[bool]) -> None:
        for change, is_made in zip(changes, made, strict=True):
            if is_made:
                self.touched[change.element] = (change.verb, version)
                self.lives.make(change, _place(change))

    def _when(self, change: Change, code: str) -> str | None:
        """When the element, or what it belongs to, was added or removed, if that explains the error."""
        owner, *_ = steps = change.target.split(".")
        wanted = "removed" if code == "not-found" else "added"
        holding = (f"property {'.'.join(steps[:end])}" for end in range(len(steps) - 1, 1, -1))
        for element in (change.element, *holding, f"schema {owner}", f"operation {change.target}"):
            verb, version = self.touched.get(element, ("", None))
            past = _PAST.get(verb.partition("-")[0])
            if past == wanted or (past is not None and code == "not-the-present-value"):
                return f"{past} in {version}"
        return None

    # ----------------------------------------------------------------------------------------- features

    def _check_features(
        self, file: File[VersionDocument], files: Sequence[File[Any]], microversion: Microversion
    ) -> None:
        for name in microversion.removed_features:
            if not self.features.get(name):
                location = file.location("removed-features", name, of_key=True)
                message = f"there is no feature {name} to remove"
                self._report([name], location, "not-found", message, self.hints.nearest(name, self.features))
        for name in microversion.features:
            if self.features.get(name):
                location = file.location("features", name, of_key=True)
                hint = f"added in {self.features[name]}"
                self._report([name], location, "already-exists", f"feature {name} already exists", hint)
            if name in self.behaviors:
                location = file.location("features", name, of_key=True)
                self._report([name], location, "duplicate-name", f"{name} is the name of a behavior", _RENAME)
            self.features[name] = microversion.version
        for added in [change for change in microversion.written if isinstance(change, AddBehavior)]:
            self.behaviors.add(added.target)
            if added.target in self.features:
                message = f"{added.target} is the name of a feature"
                self._report([added.target], _place(added), "duplicate-name", message, _RENAME)
        changes = ((each, *pair) for each in files for pair in zip(each.numbers, _changes_in(each), strict=True))
        for each, number, change in changes:
            if change.feature is not None and not self.features.get(change.feature):
                location = each.location("changes", number, "feature")
                message = f"there is no feature {change.feature}"
                near = self.hints.nearest(change.feature, self.features)
                self._report([change.feature], location, "unknown-name", message, near)
        for name in microversion.removed_features:
            self.features[name] = None

    # --------------------------------------------------------------------------------------- references

    def _uses(self, api: Api) -> _Uses:
        """The uses of schemas in an API."""
        direct = self._direct(api)
        used = frozenset(self._references.closure(direct, api.schemas))
        return _Uses(direct, used, direct.union(*map(self._references.of, api.schemas.values())) - set(api.schemas))

    def _uses_after(self, had: _Uses, before: Api, after: Api, microversion: Microversion) -> _Uses:
        """The uses of schemas after a microversion. Most microversions change none, which is quicker to see.

        Otherwise only those names can dangle that did so before, or that the microversion refers to or removes.
        """
        about = {change._about for change in microversion.changes}
        has_common = before.common is after.common
        if has_common and all(self._named_in(before, *each) == self._named_in(after, *each) for each in about):
            return had
        has_direct = has_common and all(kind == "schemas" for kind, _ in about)
        direct = had.direct if has_direct else self._direct(after)
        used = frozenset(self._references.closure(direct, after.schemas))
        named = {name for each in about for name in self._named_in(after, *each) or ()}
        missing = {*had.dangling, *named, *(name for kind, name in about if kind == "schemas")} - after.schemas.keys()
        users = ((name, user) for name in missing for user in self._users.get(name, ()))
        still = {name for name, user in users if name in (self._named_in(after, "schemas", user) or ())}
        return _Uses(direct, used, frozenset(missing & {*direct, *named, *still}))

    def _named_in(self, api: Api, kind: str, name: str) -> tuple[str, ...] | None:
        """The schemas that a schema or an operation refers to; None if there is none of this name."""
        table: Mapping[str, Any] = {"schemas": api.schemas, "definitions": api.definitions}.get(kind, EMPTY)
        return self._references.of(table[name]) if name in table else None

    def _direct(self, api: Api) -> frozenset[str]:
        """The names that operations, and their common parts, refer to."""
        common = [*(parameter.schema for parameter in api.common.parameters.values()), *api.common.headers.values()]
        bodies = {api.common.error_body} if api.common.error_body else frozenset[str]()
        return frozenset(bodies).union(*map(references, common), *map(self._references.of, api.definitions.values()))

    def _note_users(self, elements: Iterable[tuple[str, str]], api: Api) -> None:
        """Note which schemas some schemas and operations refer to. Each is given by its kind and its name."""
        for kind, name in elements:
            for used in self._named_in(api, kind, name) or ():
                self._users.setdefault(used, set()).add(name)
                self._used_by.setdefault(name, set()).add(used)

    def _users_of(self, names: Iterable[str]) -> set[str]:
        """Some schemas, and all that refer to them, directly or not."""
        return {*reach(names, lambda name: self._users.get(name, ()))}

    def _check_size(self, uses: _Uses, api: Api, changes: Mapping[str, Change], elsewhere: Location) -> None:
        """Report schemas of operations that are too large, at a change of one in them, or else at their definition."""
        new = uses.direct - self.measured
        self.measured |= new
        for name in sorted(new - self.too_large):
            if self._sizes.is_too_large(api.schemas.get(name), api.schemas):
                self.too_large.add(name)
                inside = reach([name], lambda each: self._references.of(api.schemas.get(each, EMPTY)))
                change = next((changes[each] for each in inside if each in changes), None)
                place = _place(change) if change else self.named.get(("schema", name), elsewhere)
                message = (
                    f"schema {name} has more than {MOST_PARTS:,} parts or {MOST_LEVELS} levels, "
                    "with all its references expanded"
                )
                self._report([name], place, "schema-too-large", message, "refer to fewer schemas, or to smaller ones")

    def _check_endless(
        self, altered: Iterable[str], api: Api, changes: Mapping[str, Change], elsewhere: Location
    ) -> None:
        """Report schemas that refer to themselves for the same value, at their change, or else at their definition.

        Only altered schemas, and what they refer to, can be new cases.
        """

        def direct(name: str) -> Iterable[str]:
            return same_value(api.schemas[name]) if name in api.schemas else ()

        for name in sorted(reach(altered, direct)):
            if name not in self.endless and name in reach(direct(name), direct):
                self.endless.add(name)
                place = _place(changes[name]) if name in changes else self.named.get(("schema", name), elsewhere)
                message = f"schema {name} refers to itself for the same value"
                self._report([name], place, "endless", message, "refer to it from a property or an item")

    def _check_aliases(self, before: Mapping[str, Definition], api: Api, files: Sequence[File[Any]]) -> None:
        """Report aliases of operations that do not exist, except those that were already reported."""
        for key, definition in api.definitions.items():
            name = definition.alias_of
            if name is not None and name not in api.definitions and (name in before or key not in before):
                location = next((place for file in files if (place := file.mention(name))), None)
                message = f"{key} is an alias of {name}, which does not exist"
                if location is not None:
                    others = (other for other in api.definitions if other != key)
                    self._report([key, name], location, "unknown-name", message, self.hints.nearest(name, others))

    # ---------------------------------------------------------------------------------------- behaviors

    def _check_behaviors(self, before: Api, after: Api, microversion: Microversion) -> None:
        stating = [c for c in microversion.changes if isinstance(c, (AddBehavior, AlterBehavior))]
        for change in stating:
            self.stated.pop(change.target, None)
        for change in stating:
            if change.target in after.behaviors:
                behavior = after.behaviors[change.target]
                self._check_statuses(behavior, before, after, change)
                self._check_stories(behavior, after, change)
        self._note_stated(microversion)
        self._check_outlived(before, after, microversion)

    def _note_stated(self, microversion: Microversion) -> None:
        stating = (c for c in microversion.changes if isinstance(c, (AddBehavior, AlterBehavior)))
        self.stated |= {change.target: microversion.version for change in stating}

    def _check_statuses(self, behavior: Behavior, before: Api, after: Api, change: Change) -> None:
        """Report a behavior with a status that none of its operations has."""
        for status, holds in behavior.statuses.items() if behavior.operations else ():
            api = before if holds == "before" else after
            if status not in _answered(behavior.operations, api):
                message = f"none of the operations of the behavior {behavior.name} answers with {status}"
                hint = "list the status in the errors of the operation, even if only the behavior causes it"
                self._report([behavior.name, *behavior.operations], _place(change), "unknown-name", message, hint)

    def _check_stories(self, behavior: Behavior, after: Api, change: Change) -> None:
        """Report a behavior that explains a status if one of an earlier version, about the same elements, explains it,
        too."""
        about = {*behavior.about}
        for name, earlier in after.behaviors.items() if about else ():
            if not about.issuperset(earlier.about) or len({*earlier.about}) != len(about):
                continue
            if name == behavior.name or name not in self.stated:
                continue
            if earlier.operations and behavior.operations and not {*earlier.operations} & {*behavior.operations}:
                continue
            explained = [status for status, holds in earlier.statuses.items() if holds != "before"]
            for status in sorted({*explained} & behavior.statuses.keys()):
                if behavior.statuses[status] == "before":
                    words = (
                        f"says that {status} was answered before, but {name} of {self.stated[name]} still says it is"
                    )
                else:
                    words = f"explains {status} as {name} of {self.stated[name]} does, which is still in force"
                message = f"behavior {behavior.name} {words}; both are about {', '.join(behavior.about)}"
                hint = f"restate {name} with alter-behavior, or end it with remove-behavior"
                self._report([behavior.name, name], _place(change), "contradiction", message, hint)

    def _check_outlived(self, before: Api, after: Api, microversion: Microversion) -> None:
        """Report behaviors that are about something, or of an operation, or explain a status, that is removed here."""
        old, new = Draft(before), Draft(after)
        touched = {change._about[1] for change in microversion.changes}
        lost: dict[_Subject, list[str]] = {}
        for name, behavior in after.behaviors.items():
            elements = self._needed_by(behavior)
            if touched.isdisjoint(elements):
                continue
            for element in (each for owner in elements for each in elements[owner]):
                if element.owner in touched and element.is_in(old) and not element.is_in(new):
                    lost.setdefault(element.name, []).append(name)
            if touched.isdisjoint(behavior.operations) or self.stated.get(name) == microversion.version:
                continue  # what is stated here is checked already
            if not all(key in after for key in behavior.operations):
                continue  # that an operation is removed is reported above
            for status in sorted(_answered(behavior.operations, before) - _answered(behavior.operations, after)):
                if behavior.statuses.get(status, "before") != "before":
                    lost.setdefault((status, behavior.operations), []).append(name)
        for subject, names in lost.items():
            place = _place(self._removal(subject, before, microversion))
            if isinstance(subject, str):
                involved, words = [Element(subject).owner], f"is about {subject}, which is removed here"
            else:
                status, involved = subject[0], [*subject[1]]
                words = f"explains {status}, which none of its operations answers with from here on"
            for name in names:
                hint = "end it with remove-behavior, or change what it says with alter-behavior"
                self._report([name, *involved], place, "outlived", f"behavior {name} {words}", hint)

    def _needed_by(self, behavior: Behavior) -> dict[str, list[Element]]:
        """The elements that a behavior is about, and its operations, by the names of their schemas and operations."""
        known = self._needed.get(id(behavior))
        if known is None:
            found: dict[str, list[Element]] = {}
            for element in map(Element, dict.fromkeys((*behavior.about, *behavior.operations))):
                found.setdefault(element.owner, []).append(element)
            known = self._needed[id(behavior)] = (behavior, found)
        return known[1]

    def _removal(self, subject: _Subject, before: Api, microversion: Microversion) -> Change:
        """The change that removes what a behavior needs."""
        draft = Draft(before)
        for change in microversion.changes:
            was_there = _is_there(subject, draft)
            with suppress(PreconditionError):
                change._make(draft)
            if was_there and not _is_there(subject, draft):
                removal = change
        return removal

    def _report_unknown(self, name: str, api: Api, files: Sequence[File[Any]]) -> None:
        hint = self._when_removed(name) or self.hints.nearest(name, api.schemas)
        for location in [place for file in files if (place := file.mention(name))]:
            self._report([name], location, "unknown-name", f"there is no schema {name}", hint)

    def _when_removed(self, name: str) -> str | None:
        verb, version = self.touched.get(f"schema {name}", ("", None))
        return f"removed in {version}" if verb == "remove-schema" else None

    def _report_dangling(
        self, name: str, api: Api, files: Sequence[File[Any]], microversion: Microversion, *, are_made: bool
    ) -> None:
        removal = next((c for c in microversion.changes if c.verb == "remove-schema" and c.target == name), None)
        if removal is None:
            self._report_unknown(name, api, files)
            return
        if not are_made:  # one that was not may have been to end the use
            return
        users = [key for key, value in api.definitions.items() if name in self._references.of(value)]
        users += [key for key, value in api.schemas.items() if name in self._references.of(value)]
        message = f"schema {name} is removed, but still used by {', '.join(sorted(users)[:3])}"
        self._report([name], _place(removal), "still-used", message, None)

    def _report_unused(self) -> None:
        """Report the schemas that nothing uses where they are defined, or where the last use of them ends."""
        for life in self.lives.never_used():
            if life.name not in self.mentioned | self.in_queries:
                message = f"no operation uses schema {life.name} at any version"
                self._report([life.name], life.begin, "unused-schema", message, None)
        ended: dict[Version, list[Orphan]] = {}
        for orphan in self.lives.orphans():
            if orphan.life.name not in self.mentioned:
                ended.setdefault(orphan.microversion.version, []).append(orphan)
        for version, orphans in ended.items():
            places = self._ends({orphan.life.name for orphan in orphans}, *orphans[0][1:])
            for name, place in places.items():
                message = f"no operation uses schema {name} from {version} on"
                hint = f"remove it in {version}: remove-schema: {name}"
                self._report([name], place, "unused-schema", message, hint)

    def _ends(self, names: Set[str], api: Api, microversion: Microversion) -> dict[str, Location]:
        """Where the last use of each of some schemas ends, among the changes of a microversion."""
        draft, used = Draft(api), names
        found: dict[str, Location] = {}
        for change in microversion.changes:
            with suppress(PreconditionError):
                change._make(draft)
            before, used = used, names & self._uses(draft.api()).used
            found |= dict.fromkeys(sorted(before - used), _place(change))
        return found

    # -------------------------------------------------------------------------------------------- paths

    def _check_paths(self, places: Mapping[str, Location], api: Api) -> None:
        """Report names in the paths of some operations, each with its place, that are undescribed or second names."""
        for key, name, other, other_key in second_names(places, api) if places else ():
            self.undescribed.add(name)
            message = f"{name} in the path of {key} is called {other} in that of {other_key}"
            hint = "give both one name, or schemas that say how their values differ"
            if name not in self.mentioned:
                self._report([name, other, key, other_key], places[key], "second-name", message, hint)
        for name, keys in undescribed(places, api).items():
            if name not in self.undescribed | self.mentioned:
                self.undescribed.add(name)
                more = f" and {len(keys) - 1} more" if len(keys) > 1 else ""
                message = f"path parameter {name} of {keys[0]}{more} is not described"
                hint = "describe it in baseline/common.yaml, or under path of the operation"
                self._report([name, keys[0]], places[keys[0]], "undescribed-parameter", message, hint)


def _subjects(microversion: Microversion) -> set[str]:
    """The names of all that a microversion changes in any release, or says something about."""
    found: set[str] = set()
    for change in microversion.written:
        found.add(change._about[1])
        if isinstance(change, AddOperation):
            found.add(_PATHS)
        elif isinstance(change, (AddBehavior, AlterBehavior)):
            found |= _names_in(change)
    return found


def _last_of_periods(microversions: Sequence[Microversion], releases: Sequence[str]) -> list[str | None]:
    """The last release of each period in which the same changes hold, newest first; None if there are no releases."""
    if not releases:
        return [None]
    begins = [releases.index(key) for key in periods(microversions, releases)]
    return [releases[-1], *(releases[place - 1] for place in reversed(begins))]


def _with_new_paths(before: Api, after: Api, microversion: Microversion) -> dict[str, Location]:
    """The operations that a microversion adds, or of which it changes a path parameter, with the places of that."""
    return {
        change.target: _place(change)
        for change in microversion.changes
        if isinstance(change, AddOperation) or (isinstance(change, ParameterChange) and change.path is not None)
        if change.target in after.definitions
        and after.definitions[change.target] is not before.definitions.get(change.target)
    }


def _changes_in(file: File[Any]) -> Sequence[ChangeDocument]:
    """The changes in a file; none if files of its kind have none."""
    return getattr(file.document, "changes", ())


def _with_the_same(api: Api, other: Api, microversion: Microversion) -> Api:
    """An API, with what a microversion changes as it is in another."""
    draft = Draft(api)
    for kind, name in dict.fromkeys(change._about for change in microversion.changes):
        table = getattr(other, kind)
        if name in table:
            draft.put(kind, name, table[name])
        elif name in draft.table(kind):
            draft.delete(kind, name)
    return draft.api()


def _names_in(change: Change) -> set[str]:
    """The names of the schemas and operations that a change says something of, besides the element that it is about."""
    found: set[str] = set()
    values: list[Any] = [*change.fields().values()]
    for value in values:
        if isinstance(value, Alteration):
            values += [value.before, value.after]
        elif isinstance(value, Definition):
            found |= {*value.schema_names()}
        elif isinstance(value, dict):
            found |= references(value)
        elif isinstance(value, tuple):  # operations, and what a behavior is about
            found |= {Element(name).owner for name in value if isinstance(name, str)}
        elif isinstance(value, str):  # the name of a body
            found.add(value)
    return found


def _place(change: Change) -> Location:
    return change.location or Location(file="?")


def _answered(operations: Iterable[str], api: Api) -> set[int]:
    """The statuses with which some of the operations answer."""
    return {status for key in operations if key in api for status in api[key]._statuses}


def _is_there(subject: _Subject, draft: Draft) -> bool:
    """Whether there is what a behavior needs."""
    if isinstance(subject, str):
        return Element(subject).is_in(draft)
    status, operations = subject
    return status in _answered(operations, draft.api())
