"""A history from values: a service, a baseline and microversions, folded on demand."""

from __future__ import annotations

from functools import cached_property

from ..values import same
from ..values.frozen import frozendict
from .api import Known
from .changes import RemoveOperation
from .draft import Draft
from .microversion import Feature, periods
from .source import Source
from .timeline import TABLES, Timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from ..values.version import Version, VersionSet
    from .api import Api
    from .definition import Definition
    from .draft import Row
    from .microversion import Microversion, Service
    from .timeline import Timelines


class Folded(Source):
    """The source of a history that was just read, or constructed in Python."""

    def __init__(self, service: Service, baseline: Api, microversions: tuple[Microversion, ...]) -> None:
        super().__init__(service.service_type, (str(item.version) for item in microversions))
        self._service, self._baseline, self._given = service, baseline, microversions
        self._rows: dict[Version, Mapping[int, Row]] = {}

    def _written(self) -> Iterable[Microversion]:
        """The microversions, as they are in any release."""
        return self._given

    @cached_property
    def _microversions(self) -> dict[Version, Microversion]:
        """The microversions as they are in the release."""
        keys = tuple(self.releases)
        return {item.version: item._as_of(self.current, keys) for item in self._written()}

    @property
    def periods(self) -> tuple[str, ...]:
        return self._periods

    @cached_property
    def _periods(self) -> tuple[str, ...]:
        return periods(self._written(), tuple(self.releases))

    def service(self) -> Service:
        return self._service

    def microversion(self, version: Version) -> Microversion:
        return self._microversions[version]

    def baseline(self) -> Api:
        return self._baseline

    def timelines(self) -> Timelines:
        return self._timelines

    def folded(self, release: str, /) -> Folded:
        return AsOf(self, release)

    def finished(self, _: int, /) -> None:
        return None

    def known(self) -> frozendict[str, Known]:
        return self._known

    def features(self) -> frozendict[str, Feature]:
        return self._features

    def feature(self, name: str) -> VersionSet | None:
        found = self._features.get(name)
        return found.availability if found else None

    def delta_rows(self, _: Version, /) -> None:
        return None

    def rows(self, version: Version, /) -> Mapping[int, Row]:
        found = self._rows.get(version)
        if found is None:
            draft = Draft(self.before(version))
            for change in self._microversions[version].changes:
                change._make(draft)
            found = self._rows.setdefault(version, dict(enumerate(draft.rows)))
        return found

    def element(self, operation: str, element: str) -> VersionSet | None:
        known = self._known.get(operation)
        return known.availability if known and not element else None

    @cached_property
    def _timelines(self) -> Timelines:
        return fold(self._baseline, tuple(self._microversions.values()))

    @cached_property
    def _known(self) -> frozendict[str, Known]:
        removals = [c for item in self._microversions.values() for c in item.changes if isinstance(c, RemoveOperation)]
        instead = {change.target: change.instead for change in removals}
        timeline = self._timelines["definitions"]
        present: dict[str, list[tuple[int, int]]] = {}
        newest: dict[str, Definition] = {}
        for place, name in enumerate(timeline.names):
            spans = present.setdefault(name, [])
            if timeline.last[place] > 0:  # the baseline is not a version
                spans.append((max(timeline.first[place] - 1, 0), timeline.last[place] - 1))
            newest[name] = timeline.value(place)
        return frozendict(
            {
                key: Known(
                    availability=self.between(spans),
                    instead=instead.get(key) or newest[key].instead,
                    gone_since_release=newest[key].gone_since_release,
                )
                for key, spans in present.items()
            }
        )

    @cached_property
    def _features(self) -> frozendict[str, Feature]:
        texts: dict[str, str] = {}
        since: dict[str, int] = {}
        present: dict[str, list[tuple[int, int]]] = {}
        for number, item in enumerate(self._microversions.values()):
            for name, text in item.features.items():
                texts.setdefault(name, text)
                since.setdefault(name, number)
            for name in since.keys() & set(item.removed_features):
                present.setdefault(name, []).append((since.pop(name), number - 1))
        for name, number in since.items():
            present.setdefault(name, []).append((number, len(self.versions) - 1))
        return frozendict(
            {
                name: Feature(name=name, text=text, availability=self.between(present[name]))
                for name, text in texts.items()
            }
        )


class AsOf(Folded):
    """The source as of another release. Features are the same in all releases."""

    def __init__(self, base: Source, release: str) -> None:
        super().__init__(base.service(), base.baseline(), ())
        self.numbers, self._base, self._current, self._family = base.numbers, base, release, base._family

    def _written(self) -> Iterable[Microversion]:
        return map(self._base.microversion, self._base.versions)

    @property
    def periods(self) -> tuple[str, ...]:
        return self._base.periods

    def features(self) -> frozendict[str, Feature]:
        return self._base.features()

    def feature(self, name: str) -> VersionSet | None:
        return self._base.feature(name)


def fold(baseline: Api, microversions: tuple[Microversion, ...]) -> Timelines:
    """The interval form of a baseline and what follows. Raises PreconditionError if a change cannot be applied."""
    apis = [baseline]
    for microversion in microversions:
        apis.append(microversion.apply(apis[-1]))
    return {kind: _timeline([getattr(api, kind) for api in apis]) for kind in TABLES}


def _timeline(tables: list[Mapping[str, Any]]) -> Timeline:
    """The timeline of the elements in a table for each version."""
    spans: dict[str, list[list[Any]]] = {}
    for number, table in enumerate(tables):
        for name, value in table.items():
            of_name = spans.setdefault(name, [])
            if of_name and of_name[-1][1] == number - 1 and same(of_name[-1][2], value):
                of_name[-1][1] = number
            else:
                of_name.append([number, number, value])
    rows = [(name, *span) for name, of_name in spans.items() for span in of_name]
    names, first, last, values = ([row[column] for row in rows] for column in range(4))
    return Timeline.of(names, first, last, values)
