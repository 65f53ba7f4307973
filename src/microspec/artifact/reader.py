"""A history from its compiled artifact. Each text is read when a question needs it."""

from __future__ import annotations

from ..model.source import Source
from ..values.version import Version, VersionSet
from . import fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ..model.api import Api, Known
    from ..model.draft import Row
    from ..model.microversion import Feature, Microversion, Service
    from ..model.timeline import Columns, Timeline, Timelines
    from ..schema.standalone import Standard, Standards
    from ..values.frozen import frozendict
    from . import Index
    from .codec import Decoder


class Compiled(Source):
    """The source of a compiled history."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._cache: dict[Any, Any] = {}
        super().__init__(index.service_type, index.numbers)

    @property
    def is_outdated(self) -> bool:
        """Whether a question failed because the artifact was rebuilt after it was loaded."""
        return self._index.is_outdated

    def _decoded(self, key: str, text: str) -> Any:
        """The value in a line; decoded once."""
        found = self._cache.get((text, key))
        if found is None:
            from .codec import decoder

            found = self._cache.setdefault(
                (text, key), decoder(root=self._index.root)(self._index.line(key, text=text))
            )
        return found

    def service(self) -> Service:
        return self._decoded("service", "common")  # type: ignore[no-any-return]

    def microversion(self, version: Version) -> Microversion:
        return self._decoded(str(version), "microversions")  # type: ignore[no-any-return]

    @property
    def periods(self) -> tuple[str, ...]:
        return self._decoded("periods", "common")  # type: ignore[no-any-return]

    def baseline(self) -> Api:
        found: Api | None = self._cache.get("baseline")
        if found is None:
            from ..model.api import Api
            from ..model.timeline import Lazy

            selected = {kind: timeline.select(0) for kind, timeline in self.timelines().items()}
            empty = Api(version=Version("0.0"), _shared=Lazy(make=lambda: self._decoded("common", "common")))
            found = self._cache.setdefault("baseline", empty.replace(**selected))
        return found

    def timelines(self) -> Timelines:
        found: Timelines | None = self._cache.get("timelines")
        if found is None:
            from ..model.timeline import TABLES

            found = self._cache.setdefault("timelines", {kind: self._timeline(kind) for kind in TABLES})
        return found

    def _timeline(self, kind: str) -> Timeline:
        from ..model.timeline import Timeline

        read: tuple[list[int], str] | None = None
        values: dict[int, Any] = {}  # a value that returns later is the same line

        def columns() -> Columns:
            first, last = (self._numbers(kind, column) for column in ("first", "last"))
            names = fields(self._index.line("names", text=f"{kind}-spans")) if first else []
            return names, first, last

        def value(place: int) -> Any:
            nonlocal read
            if read is None:
                read = self._numbers(kind, "starts"), self._index.text(kind)
            starts, text = read
            start = starts[place]
            found = values.get(start)
            return values.setdefault(start, self._decode(text, start)) if found is None else found

        return Timeline.reading(columns, value)

    def _numbers(self, kind: str, column: str) -> list[int]:
        return [*map(int, self._index.line(column, text=f"{kind}-spans").split())]

    @property
    def _decode(self) -> Decoder:
        """The decoder of values that have parts."""
        found: Decoder | None = self._cache.get("decode")
        if found is None:
            from .codec import decoder

            parts: dict[int, Any] = {}
            text = ""

            def part(start: int) -> Any:
                nonlocal text
                found = parts.get(start)
                if found is None:
                    text = text or self._index.text("parts")
                    found = parts.setdefault(start, decode(text, start))
                return found

            decode = decoder(part)
            found = self._cache.setdefault("decode", decode)
        return found

    def folded(self, release: str, /) -> Source:
        from ..model.fold import AsOf

        return AsOf(self, release)

    def finished(self, number: int, /) -> Standards:
        from ..schema.standalone import Finished

        return Finished(number, lambda name: self._index.line(name, text="standards"), self._standard)

    def _standard(self, start: int) -> Standard:
        found: Standard | None = self._cache.get(start)
        if found is None:
            from ..schema.standalone import Standard

            content = self._index.text("finished")
            names, _, text = content[start : content.index("\n", start)].partition("\t\t")
            found = self._cache.setdefault(start, Standard(text=text, names=tuple(fields(names)) if names else ()))
        return found

    def delta_rows(self, version: Version, /) -> list[Any]:
        from json import loads

        return [*map(loads, self._index.line(str(version), text="deltas").split("\t"))]

    def rows(self, version: Version, /) -> Mapping[int, Row]:
        found: Mapping[int, Row] | None = self._cache.get(version)
        if found is None:
            found = self._cache.setdefault(version, self._decode(self._index.line(str(version), text="rows")))
        return found

    def feature(self, name: str) -> VersionSet | None:
        return self._index.feature(name)

    def behavior(self, name: str) -> VersionSet | None:
        return self._index.behavior(name)

    def features(self) -> frozendict[str, Feature]:
        found: frozendict[str, Feature] | None = self._cache.get("features")
        if found is None:
            from ..model.microversion import Feature
            from ..values.frozen import frozendict

            made = {
                name: Feature(name=name, availability=VersionSet(versions), text=text)
                for name, versions, text in self._index.lines("features")
            }
            found = self._cache.setdefault("features", frozendict(made))
        return found

    def known(self) -> frozendict[str, Known]:
        found: frozendict[str, Known] | None = self._cache.get("known")
        if found is None:
            from ..model.api import Known
            from ..values.frozen import frozendict

            made = {
                key: Known(availability=VersionSet(versions), gone_since_release=gone or None, instead=instead or None)
                for key, versions, gone, instead in self._index.lines("operations")
            }
            found = self._cache.setdefault("known", frozendict(made))
        return found

    def element(self, operation: str, element: str) -> VersionSet | None:
        return self._index.element(operation, element)
