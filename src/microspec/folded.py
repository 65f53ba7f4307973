"""A history from values: a service, a baseline and microversions, folded when the first question needs it."""

from __future__ import annotations

from functools import cached_property

from .changes import RemoveOperation
from .frozen import frozendict
from .history import Source
from .intervals import Timelines, fold
from .microversion import Feature, Microversion, Service
from .model import Api, Definition, Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .deltas import Deltas
    from .version import Version, VersionSet


class Folded(Source):
    """The source of a history that was just read, or made by hand."""

    def __init__(self, service: Service, baseline: Api, microversions: tuple[Microversion, ...]) -> None:
        self.service_type = service.service_type
        self.numbers = {str(item.version): number for number, item in enumerate(microversions)}
        self._service, self._baseline = service, baseline
        self._microversions = {item.version: item for item in microversions}
        self._deltas: dict[Version, Deltas] = {}

    def service(self) -> Service:
        return self._service

    def microversion(self, version: Version) -> Microversion:
        return self._microversions[version]

    def baseline(self) -> Api:
        return self._baseline

    def timelines(self) -> Timelines:
        return self._timelines

    def finished(self, _: int, /) -> None:
        return None

    def known(self) -> frozendict[str, Known]:
        return self._known

    def features(self) -> frozendict[str, Feature]:
        return self._features

    def feature(self, name: str) -> VersionSet | None:
        found = self._features.get(name)
        return found.availability if found else None

    def element(self, operation: str, element: str) -> VersionSet | None:
        known = self._known.get(operation)
        return known.availability if known and not element else None

    def deltas(self, version: Version) -> Deltas:
        found = self._deltas.get(version)
        if found is None:
            from .deltas import of_microversion

            made = of_microversion(self._microversions[version], self.before(version))
            found = self._deltas.setdefault(version, made)
        return found

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
            if timeline.last[place] > 0:  # the baseline is no version
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
