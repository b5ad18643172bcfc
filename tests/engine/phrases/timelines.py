"""What must be on the timeline after something was said, read from `timelines.jsonl` and checked."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.engine.phrases.reading import FOLDER

Facts = Mapping[str, Any]

_TIME_MS: Final = 50
_LEVEL: Final = 0.01
_TIMES: Final = ("start_ms", "end_ms", "source_start_ms", "fade_in_ms", "fade_out_ms")
_LEVELS: Final = ("volume", "speed")


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    given: str
    say: str
    expect: Sequence[Facts]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The structured timeline after the instruction and before it, and the status of the edit."""

    status: str
    timeline: Facts
    before: Facts


def cases() -> Iterator[Case]:
    for line in (FOLDER / "timelines.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        yield Case(case["id"], case["given"], case["say"], case["expect"])


def unmet(case: Case, outcome: Outcome) -> list[Facts]:
    return [check for check in case.expect if not _holds(check, outcome)]


def _holds(check: Facts, outcome: Outcome) -> bool:
    if "track" in check:
        return _track_holds(check, outcome.timeline)
    return all(_fact_holds(name, wanted, outcome) for name, wanted in check.items())


def _fact_holds(name: str, wanted: Any, outcome: Outcome) -> bool:
    timeline = outcome.timeline
    match name:
        case "status":
            return bool(outcome.status == wanted)
        case "status_in":
            return bool(outcome.status in wanted)
        case "unchanged":
            return bool(timeline == outcome.before)
        case "duration_ms":
            return _near(timeline["duration_ms"], wanted, _TIME_MS)
        case "order":
            clips = _tracks(timeline, "video")[0]["segments"]
            return bool([clip["name"].partition(".")[0] for clip in clips] == wanted)
        case "aspect":
            across, down = map(int, wanted.split(":"))
            return _near(timeline["width"] / timeline["height"], across / down, _LEVEL)
    raise AssertionError(f"no such check: {name}")


def _track_holds(check: Facts, timeline: Facts) -> bool:
    tracks = _tracks(timeline, check["track"])
    if "count" in check:
        return bool(len(tracks) == check["count"])
    segments = tracks[0]["segments"] if tracks else []
    if "segments" in check:
        return bool(len(segments) == check["segments"])
    return bool(check["segment"] < len(segments)) and _segment_holds(check, segments[check["segment"]])


def _segment_holds(check: Facts, segment: Facts) -> bool:
    found = {**segment, "end_ms": segment["start_ms"] + segment["duration_ms"]}
    holds = [
        *(_near(found.get(name) or 0, check[name], _TIME_MS) for name in _TIMES if name in check),
        *(_near(_level(found, name), check[name], _LEVEL) for name in _LEVELS if name in check),
        found.get("text") == check.get("text", found.get("text")),
        check.get("name_has", "") in found["name"],
        _level(found, "volume") < check.get("volume_lt", float("inf")),
        _level(found, "volume") > check.get("volume_gt", -1),
        bool(found.get(check["key"])) if "key" in check else True,
    ]
    return all(holds)


def _level(segment: Facts, name: str) -> float:
    level = segment.get(name)
    return 1.0 if level is None else float(level)


def _tracks(timeline: Facts, kind: str) -> list[Facts]:
    return [track for track in timeline["tracks"] if track["kind"] == kind and track["segments"]]


def _near(found: float, wanted: Any, tolerance: float) -> bool:
    """A pair is a range."""
    low, high = wanted if isinstance(wanted, list) else (wanted, wanted)
    return bool(low - tolerance <= found <= high + tolerance)
