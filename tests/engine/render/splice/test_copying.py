"""Films of which as much is copied as may be, decoded whole and held against their sources."""

from fractions import Fraction
from functools import cache
from math import log10
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcp_nemo.engine.draft import Segment, VideoClip
from mcp_nemo.engine.media import MediaInfo, probe
from mcp_nemo.engine.render.job import RenderResult, execute
from mcp_nemo.engine.render.making import Workshop, make
from mcp_nemo.engine.render.plan import RenderPlan, plan
from mcp_nemo.engine.render.shelf import Shelf
from mcp_nemo.engine.render.splice.index import read_index
from mcp_nemo.engine.render.splice.planning import copyable, with_copies
from mcp_nemo.engine.render.splice.units import kind_of, units_of
from tests.engine.render.films import changed, clip, film, job, song, title
from tests.engine.render.odd import start_at
from tests.engine.render.splice.coded import GROUPS, UNTAGGED, coded, one_after_another, prints, silenced
from tests.media import Picture, make_sound, read_frames

SPS, PPS, DELIMITER = 7, 8, 9


def planned(*segments: Segment, media: list[MediaInfo]) -> RenderPlan:
    made = plan(film(*segments), {info.id: info for info in media}, "high")
    indexes = {info.id: read_index(info, made.canvas) for info in copyable(made)}
    return with_copies(made, indexes)[0]


def spans(made: RenderPlan) -> list[tuple[int, int, str]]:
    return [(stretch.start, stretch.end, stretch.action) for stretch in made.stretches]


def render(folder: Path, *segments: Segment) -> RenderResult:
    asked = job(folder, *segments).model_copy(update={"quality": "high"})
    return execute(asked, lambda share: None)


def likeness(one: Picture, other: Picture) -> float:
    """PSNR, in decibels."""
    error = float(np.mean(np.square(one.astype(np.float64) - other)))
    return 10 * log10(255**2 / max(error, 1e-9))


def test_music_touches_no_picture(tmp_path: Path) -> None:
    source = coded(tmp_path / "source.mp4", 90, params=GROUPS)
    make_sound(tmp_path / "song.wav", 3)

    result = render(tmp_path, clip(source.path, 0, 3000), song(tmp_path / "song.wav", 0, 3000))

    assert result.copied == 1
    assert result.plan.startswith("0.0-3.0 s copy: source.mp4;")
    assert prints(source.path) == prints(result.path)


def test_a_clip_that_a_phone_has_trimmed_is_copied_from_its_next_key_frame(tmp_path: Path) -> None:
    """It hides what was cut off, and keeps it."""
    whole = coded(tmp_path / "whole.mp4", 90, params=GROUPS)
    trimmed = start_at(whole.path, tmp_path / "trimmed.mp4", 500)

    result = render(tmp_path, clip(trimmed, 0, 2500))

    assert result.copied == pytest.approx(70 / 75)
    assert prints(result.path)[5:] == prints(trimmed)[5:] == prints(whole.path)[20:]
    pairs = zip(read_frames(trimmed), read_frames(result.path), strict=True)
    assert min(likeness(before, after) for before, after in pairs) > 30


def test_parameters_that_are_told_again_are_left_out(tmp_path: Path) -> None:
    """As in films put together without encoding; the film's own parameters say it once."""
    halves = [coded(tmp_path / f"{start}.mp4", 60, start=start, params=GROUPS).path for start in (0, 200)]
    source = one_after_another(halves, tmp_path / "source.mp4")
    assert kinds_of(source.path) >= {SPS, PPS, DELIMITER}

    result = render(tmp_path, clip(source.path, 0, 4000), title("Hello", 1500, 300))

    assert 0.5 < result.copied < 1
    assert not kinds_of(result.path) & {SPS, PPS, DELIMITER}
    before, after = prints(source.path), prints(result.path)
    assert before == [print_ for half in halves for print_ in prints(half)]
    assert sum(one == other for one, other in zip(before, after, strict=True)) >= result.copied * 120


@pytest.mark.parametrize("order", ["bframes=0", "bframes=2:b-pyramid=none", "bframes=3:b-pyramid=normal"])
def test_films_that_do_not_say_their_order_are_copied(tmp_path: Path, order: str) -> None:
    """Most hardware writes them: of phones, and of graphics cards that record what is on the screen."""
    spoken = coded(tmp_path / "spoken.mp4", 90, profile="main", params=f"{GROUPS}:b-adapt=0:{order}")
    source = silenced(spoken.path, tmp_path / "source.mp4")

    result = render(tmp_path, clip(source.path, 0, 3000), title("Hello", 1000, 300))

    assert 0.5 < result.copied < 1
    before, after = read_frames(spoken.path), read_frames(result.path)
    assert min(likeness(*pair) for pair in list(zip(before, after, strict=True))[:25]) > 40
    assert sum(map(np.array_equal, before, after)) >= result.copied * 90


def kinds_of(path: Path) -> set[int]:
    """Of all units among the pictures."""
    with av.open(path) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        return {kind_of(unit) for packet in packets for unit in units_of(memoryview(packet))}


def test_a_title_touches_what_it_covers(tmp_path: Path) -> None:
    source = coded(tmp_path / "source.mp4", 150, params=f"{GROUPS}:bframes=0")
    spoken = title("Hello", 1000, 1000)

    made = planned(clip(source.path, 0, 5000), spoken, media=[source])
    result = render(tmp_path, clip(source.path, 0, 5000), spoken)

    assert spans(made) == [(0, 30, "copy"), (30, 60, "encode"), (60, 150, "copy")]
    assert result.copied == pytest.approx(0.8)
    before, after = prints(source.path), prints(result.path)
    assert [one == other for one, other in zip(before, after, strict=True)] == [
        not 30 <= number < 60 for number in range(150)
    ]


def test_what_is_between_a_cut_and_a_key_frame_is_encoded(tmp_path: Path) -> None:
    source = coded(tmp_path / "source.mp4", 90, params=f"{GROUPS}:bframes=0")

    made = planned(clip(source.path, 0, 2000, source_start_ms=500), media=[source])

    assert spans(made) == [(0, 5, "encode"), (5, 60, "copy")]
    assert "next key frame" in made.stretches[0].reason


def test_pictures_that_need_later_ones_are_encoded(tmp_path: Path) -> None:
    source = coded(tmp_path / "source.mp4", 90, params=f"{GROUPS}:b-adapt=0:bframes=3")
    units = read_index(source, planned(clip(source.path, 0, 3000), media=[source]).canvas).units
    waits = next(unit.shown for number, unit in enumerate(units) if number > 24 and unit.shown < number)

    made = planned(clip(source.path, 0, (waits + 1) * 100 // 3 + 1), media=[source])

    assert [action for *_, action in spans(made)] == ["copy", "encode"]
    assert "later ones" in made.stretches[1].reason


@pytest.mark.parametrize("edit", [{"speed": 2.0}, {"rotate": 180}, {"brightness": 0.2}])
def test_what_is_changed_is_encoded(tmp_path: Path, edit: dict[str, float]) -> None:
    source = coded(tmp_path / "source.mp4", 90, params=GROUPS)

    made = planned(changed(clip(source.path, 0, 1000), **edit), media=[source])

    assert spans(made) == [(0, 30, "encode")]


def test_one_kind_of_pictures_is_copied_and_the_other_encoded(tmp_path: Path) -> None:
    short = coded(tmp_path / "short.mp4", 40, params=f"{GROUPS}:ref=1")
    long = coded(tmp_path / "long.mp4", 60, start=200, params=f"{GROUPS}:ref=4")
    segments = (clip(short.path, 0, 1000), clip(long.path, 1000, 2000), clip(short.path, 3000, 500))

    made = planned(*segments, media=[short, long])
    result = render(tmp_path, *segments)

    assert spans(made) == [(0, 30, "encode"), (30, 90, "copy"), (90, 105, "encode")]
    assert made.stretches[0].reason == "short.mp4, whose pictures are coded unlike most of the film"
    assert prints(result.path)[30:90] == prints(long.path)


def test_other_rates_are_encoded(tmp_path: Path) -> None:
    slow = coded(tmp_path / "slow.mp4", 50, rate=Fraction(25), params=GROUPS)
    fast = coded(tmp_path / "fast.mp4", 60, params=GROUPS)

    made = planned(clip(fast.path, 0, 2000), clip(slow.path, 2000, 2000), media=[slow, fast])

    assert spans(made) == [(0, 60, "copy"), (60, 120, "encode")]
    assert made.stretches[1].reason == "slow.mp4, whose pictures come at another rate than the film's"


def test_why_an_untouched_film_was_encoded_is_said_once(tmp_path: Path) -> None:
    slow = coded(tmp_path / "slow.mp4", 75, rate=Fraction(25), params=GROUPS)
    fast = coded(tmp_path / "fast.mp4", 60, params=GROUPS)
    old = coded(tmp_path / "old.mp4", 30, colours=UNTAGGED, params=GROUPS)

    mostly_slow = render(
        tmp_path, clip(fast.path, 0, 500), clip(slow.path, 500, 3000), clip(old.path, 3500, 500)
    )
    mostly_fast = render(tmp_path, clip(fast.path, 0, 2000), clip(slow.path, 2000, 1000))
    drawn_on = render(tmp_path, clip(old.path, 0, 1000), title("Hello", 0, 800))

    assert mostly_slow.warnings == (
        "slow.mp4 was encoded anew: its pictures come at another rate than the film's.",
    )
    assert mostly_fast.warnings == drawn_on.warnings == ()


def test_a_source_that_ends_early_is_copied_to_its_end(tmp_path: Path) -> None:
    source = coded(tmp_path / "source.mp4", 60, params=GROUPS)

    made = planned(clip(source.path, 0, 3000), media=[source])
    result = render(tmp_path, clip(source.path, 0, 3000))

    assert spans(made) == [(0, 60, "copy"), (60, 90, "encode")]
    assert prints(result.path)[:60] == prints(source.path)


def test_pictures_at_a_varying_rate_are_copied_while_they_keep_step(tmp_path: Path) -> None:
    """As phones record, and as others cut: a little early or late, one missing, an end at another rate."""
    early_or_late = [1000 * number + (-1) ** number * 200 for number in range(1, 40)]
    times = [0, *early_or_late, *range(41_000, 101_000, 1000), *range(101_000, 131_000, 1500)]
    source = coded(tmp_path / "source.mp4", 120, times=times, grain=1000, params=f"{GROUPS}:bframes=2")

    made = planned(clip(source.path, 0, 4300), media=[source])
    result = render(tmp_path, clip(source.path, 0, 4300))

    assert spans(made) == [(0, 40, "copy"), (40, 41, "encode"), (41, 102, "copy"), (102, 129, "encode")]
    wanted = [*range(40), 39, *range(40, 101)]
    before, after = prints(source.path), prints(result.path)
    assert after[:40] == before[:40]
    assert after[41:102] == before[40:101]
    frames, pictures = read_frames(result.path), read_frames(source.path)
    assert all(likeness(frames[number], pictures[picture]) > 30 for number, picture in enumerate(wanted))


def test_a_source_at_another_rate_is_copied_while_it_keeps_step(tmp_path: Path) -> None:
    """Of 29 pictures a second, one a second is shown twice."""
    main = coded(tmp_path / "main.mp4", 30, params=GROUPS)
    slow = coded(tmp_path / "slow.mp4", 145, rate=Fraction(29), params="keyint=5:scenecut=0")
    segments = (clip(main.path, 0, 1000), clip(slow.path, 1000, 5000))

    made = planned(*segments, media=[main, slow])
    result = render(tmp_path, *segments)

    copied = [stretch for stretch in made.stretches if stretch.action == "copy"]
    assert len(copied) > 3
    assert result.copied == made.share_copied > 0.5
    pictures = prints(slow.path)
    shown = prints(result.path)
    for stretch in copied:
        first = pictures.index(shown[stretch.start])
        assert shown[stretch.start : stretch.end] == pictures[first:][: stretch.end - stretch.start]
        # Half a picture early or late at most.
        assert abs(first * 30 / 29 + 30 - stretch.start) < 0.6


def test_a_film_with_copies_looks_like_one_without(tmp_path: Path) -> None:
    """At every frame, also where what is copied and what is encoded meet."""
    first = coded(tmp_path / "first.mp4", 90, params=GROUPS)
    second = coded(tmp_path / "second.mp4", 90, start=300, params=GROUPS)
    faded = changed(clip(second.path, 2500, 3000), crossfade_ms=500)
    segments = (clip(first.path, 0, 3000), faded, title("Hello", 800, 400), title("Goodbye", 4500, 300))
    (tmp_path / "pieces").mkdir()
    workshop = Workshop(Shelf(tmp_path / "pieces"), tmp_path)
    encoded = plan(film(*segments), {info.id: info for info in (first, second)}, "high")

    result = render(tmp_path, *segments)
    make(encoded, None, workshop, tmp_path / "encoded.mp4", lambda share: None)

    both = zip(read_frames(result.path), read_frames(tmp_path / "encoded.mp4"), strict=True)
    assert 0.3 < result.copied < 0.8
    assert min(likeness(one, other) for one, other in both) > 30


@pytest.mark.parametrize("damaged", [slice(0, 1), slice(1, 2), slice(0, None)])
def test_a_damaged_piece_is_made_again(tmp_path: Path, damaged: slice) -> None:
    source = coded(tmp_path / "source.mp4", 90, params=GROUPS)
    shelf = tmp_path / "pieces"
    asked = job(tmp_path, clip(source.path, 0, 3000), title("Hello", 1000, 1000))
    asked = asked.model_copy(update={"shelf": shelf})
    execute(asked, lambda share: None)
    before = prints(tmp_path / "film.mp4")
    for piece in sorted(shelf.iterdir(), key=lambda path: path.stat().st_size)[damaged]:
        piece.write_bytes(piece.read_bytes()[:200])

    execute(asked, lambda share: None)

    assert prints(tmp_path / "film.mp4") == before
    assert all(len(piece.read_bytes()) > 200 for piece in shelf.iterdir())


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, MediaInfo]:
    """Coded in four ways, the first two with the same parameters, the last early or late by a little."""
    folder = tmp_path_factory.mktemp("sources")
    coded(folder / "a.mp4", 120, params=GROUPS)
    coded(folder / "b.mkv", 120, start=200, params="keyint=35:scenecut=0")
    coded(folder / "c.mp4", 120, start=400, params=f"{GROUPS}:bframes=0:ref=1")
    times = [1000 * number + number * 7 % 5 * 80 for number in range(120)]
    coded(folder / "d.mp4", 120, start=600, times=times, grain=1000, params=GROUPS)
    return {path.name: probe(path, id=path.name) for path in sorted(folder.iterdir())}


CUTS = st.tuples(
    st.sampled_from(["a.mp4", "b.mkv", "c.mp4", "d.mp4"]), st.integers(0, 80), st.integers(1, 40)
)


@settings(max_examples=16, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(CUTS, min_size=1, max_size=4))
def test_every_frame_is_the_one_that_was_asked_for(
    sources: dict[str, MediaInfo], tmp_path: Path, cuts: list[tuple[str, int, int]]
) -> None:
    clips, wanted = _in_a_row(cuts, sources)
    folder = next(iter(sources.values())).path.parent
    asked = job(folder, *clips).model_copy(update={"quality": "high", "target": tmp_path / "film.mp4"})

    result = execute(asked, lambda share: None)

    frames, shown = read_frames(result.path), prints(result.path)
    assert len(frames) == len(wanted)
    made = planned(*clips, media=list(sources.values()))
    for stretch in made.stretches:
        for number in range(stretch.start, stretch.end):
            name, picture = wanted[number]
            if stretch.action == "copy":
                assert shown[number] == prints_of(sources[name].path)[picture]
            else:
                assert likeness(frames[number], frames_of(sources[name].path)[picture]) > 30


def _in_a_row(
    cuts: list[tuple[str, int, int]], sources: dict[str, MediaInfo]
) -> tuple[list[VideoClip], list[tuple[str, int]]]:
    """Clips one after another, and which picture of which source each frame of the film then shows."""
    clips: list[VideoClip] = []
    wanted: list[tuple[str, int]] = []
    for name, first, count in cuts:
        start, end = round(len(wanted) * 100 / 3), round((len(wanted) + count) * 100 / 3)
        clips.append(clip(sources[name].path, start, end - start, source_start_ms=round(first * 100 / 3)))
        wanted += [(name, number) for number in range(first, first + count)]
    return clips, wanted


prints_of = cache(prints)
frames_of = cache(read_frames)
