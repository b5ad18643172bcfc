"""The timeline as an OpenTimelineIO file, to go on with in another editor.

Times are whole frames of the project's rate, counted from the start, so rounding never adds up.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import quote

import opentimelineio as otio
from opentimelineio.opentime import RationalTime, TimeRange

from mcp_nemo.timeline import words
from mcp_nemo.timeline.fields import Fields, number, parse
from mcp_nemo.timeline.labels import one_line
from mcp_nemo.timeline.model import Segment, Timeline, Track

# What OpenTimelineIO has no word for stands in the metadata, under our name.
METADATA: Final = "mcp_nemo"
# Of a draft that does not say its rate, or an absurd one.
_USUAL_RATE: Final = 30.0
_LONGEST_NAME: Final = 200


def frame_rate(draft: object) -> float:
    reading = Fields(parse(draft)).read(words.FRAME_RATE, number)
    return reading.value if reading and 1 <= reading.value <= 240 else _USUAL_RATE


def to_otio(timeline: Timeline, rate: float, originals: Mapping[str, Path]) -> str:
    """The text of an .otio file; `originals` are the files that were uploaded, by their names."""
    writer = _Writer(rate, originals)
    made = otio.schema.Timeline(name=one_line(timeline.title, _LONGEST_NAME))
    made.metadata[METADATA] = {
        "width": timeline.width,
        "height": timeline.height,
        "duration_ms": timeline.duration_ms,
        "picture": dict(timeline.details),
    }
    for track in timeline.tracks:
        made.tracks.extend(writer.tracks(track))
    return str(made.to_json_string(indent=2))


@dataclass(frozen=True, slots=True)
class _Placed:
    """A segment between its cuts, in milliseconds; `blend_ms` is how long it overlaps the one before."""

    segment: Segment
    start_ms: int
    end_ms: int
    blend_ms: int


@dataclass(frozen=True, slots=True)
class _Writer:
    rate: float
    originals: Mapping[str, Path]

    def tracks(self, track: Track) -> Iterator[otio.schema.Track]:
        """One for each lane: in a track of OpenTimelineIO nothing overlaps."""
        kind = otio.schema.TrackKind.Audio if track.kind == "audio" else otio.schema.TrackKind.Video
        name = one_line(track.name, _LONGEST_NAME)
        for lane_number, lane in enumerate(_lanes(track.segments), 1):
            label = name if lane_number == 1 else f"{name} {lane_number}"
            made = otio.schema.Track(name=label, kind=kind)
            made.extend(self._items(_placed(lane), track.kind))
            yield made

    def _items(self, lane: Iterable[_Placed], kind: str) -> Iterator[otio.core.Composable]:
        end_ms = 0
        for placed in lane:
            if self._frames(placed.start_ms) > self._frames(end_ms):
                yield otio.schema.Gap(duration=self._between(end_ms, placed.start_ms))
            if placed.blend_ms:
                yield self._transition(placed)
            yield self._clip(placed, kind)
            end_ms = placed.end_ms

    def _transition(self, placed: _Placed) -> otio.schema.Transition:
        start_ms = placed.segment.start_ms
        return otio.schema.Transition(
            name="Crossfade",
            transition_type=otio.schema.TransitionTypes.SMPTE_Dissolve,
            in_offset=self._between(start_ms, placed.start_ms),
            out_offset=self._between(placed.start_ms, start_ms + placed.blend_ms),
        )

    def _clip(self, placed: _Placed, kind: str) -> otio.schema.Clip:
        segment = placed.segment
        made = otio.schema.Clip(
            name=one_line(segment.name, _LONGEST_NAME),
            media_reference=self._media(segment, kind),
            # As long as it is shown: a time warp says how fast its media passes meanwhile.
            source_range=TimeRange(self._source_start(placed), self._between(placed.start_ms, placed.end_ms)),
            metadata={METADATA: _metadata(segment)},
        )
        if segment.speed not in (None, 1):
            made.effects.append(otio.schema.LinearTimeWarp(name="Speed", time_scalar=segment.speed))
        return made

    def _media(self, segment: Segment, kind: str) -> otio.core.MediaReference:
        name = one_line(segment.name, _LONGEST_NAME)
        if segment.text and kind not in ("video", "audio"):
            return otio.schema.GeneratorReference(
                name=name, generator_kind="title", parameters={"text": segment.text}
            )
        if isinstance(parse(segment.source), dict):
            return otio.schema.GeneratorReference(
                name=name, generator_kind="music", parameters={"recipe": segment.source}
            )
        return otio.schema.ExternalReference(target_url=self._address(segment.name))

    def _address(self, name: str) -> str:
        """Where the file lies on this machine; otherwise its bare name, for the other editor to look for."""
        if original := self.originals.get(name):
            return original.as_uri()
        return quote(PurePosixPath(one_line(name, _LONGEST_NAME).replace("\\", "/")).name)

    def _source_start(self, placed: _Placed) -> RationalTime:
        segment = placed.segment
        # Counted in the frames of the timeline, so that a cut within a crossfade misses none.
        hidden = self._frames(placed.start_ms) - self._frames(segment.start_ms)
        return RationalTime(
            self._frames(segment.source_start_ms or 0) + round(hidden * (segment.speed or 1)), self.rate
        )

    def _between(self, start_ms: int, end_ms: int) -> RationalTime:
        return RationalTime(self._frames(end_ms) - self._frames(start_ms), self.rate)

    def _frames(self, ms: int) -> int:
        return round(ms * self.rate / 1000)


def _lanes(segments: Iterable[Segment]) -> list[list[Segment]]:
    """Rows of segments, in which one overlaps the one before only by its crossfade."""
    lanes: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda segment: segment.start_ms):
        for lane in lanes:
            if _follows(segment, lane[-1]):
                lane.append(segment)
                break
        else:
            lanes.append([segment])
    return lanes


def _follows(segment: Segment, before: Segment) -> bool:
    overlap_ms = before.end_ms - segment.start_ms
    return overlap_ms <= 0 or overlap_ms <= min(segment.crossfade_ms or 0, segment.duration_ms)


def _placed(lane: list[Segment]) -> Iterator[_Placed]:
    """Where two segments blend, the cut lies in the middle."""
    blends = [max(before.end_ms - segment.start_ms, 0) for before, segment in pairwise(lane)]
    for segment, before_ms, after_ms in zip(lane, [0, *blends], [*blends, 0], strict=True):
        start_ms = segment.start_ms + before_ms // 2
        end_ms = segment.end_ms - after_ms + after_ms // 2
        yield _Placed(segment, start_ms, max(end_ms, start_ms), before_ms)


def _metadata(segment: Segment) -> dict[str, object]:
    """What the draft says of a segment, in our own words; `look` as the JSON it stands in the draft in."""
    said = segment.model_dump(
        include={"text", "place", "volume", "fade_in_ms", "fade_out_ms", "duck", "crossfade_ms"},
        exclude_none=True,
    )
    return said | {"look": dict(segment.details), "guessed": list(segment.inferred)}
