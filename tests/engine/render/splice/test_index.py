"""Which pictures of a film may be copied."""

from fractions import Fraction
from pathlib import Path

import av
import pytest
from av.packet import Packet, PacketSideData, packet_sidedata_type_from_literal
from av.video.stream import VideoStream
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.engine.colorimetry import Colours
from mcp_nemo.engine.media import probe
from mcp_nemo.engine.render.plan import Canvas
from mcp_nemo.engine.render.splice.index import PictureIndex, Run, Unit, read_index
from mcp_nemo.engine.render.splice.parameters import NotCopied, ParameterSets
from tests.engine.render.splice.boxes import Edit, tracks, with_edits
from tests.engine.render.splice.coded import (
    CANVAS,
    NTSC,
    PAL,
    RATE,
    SIZE,
    UNTAGGED,
    coded,
    one_after_another,
    record_of,
)
from tests.media import make_sound


def index_of(*shown: int, fresh: tuple[int, ...]) -> PictureIndex:
    """Pictures in the order of decoding, numbered as they are seen; `fresh` are those that refresh."""
    units = tuple(Unit(number, number in fresh) for number in shown)
    stamps = tuple(number * 10 for number in range(len(shown)))
    return PictureIndex(ParameterSets((), ()), units, stamps, Fraction(1, 300), Fraction(0))


IN_ORDER = index_of(0, 1, 2, 3, 4, 5, fresh=(0, 3))
REORDERED = index_of(0, 3, 1, 2, 4, 7, 5, 6, fresh=(0, 4))


@pytest.mark.parametrize(
    ("index", "first", "end", "run"),
    [
        (IN_ORDER, 0, 6, Run(0, 6)),
        (IN_ORDER, 1, 6, Run(3, 3)),
        (IN_ORDER, 0, 2, Run(0, 2)),
        (IN_ORDER, 4, 6, None),
        (IN_ORDER, 1, 3, None),
        (REORDERED, 0, 8, Run(0, 8)),
        # What is shown before 3 is decoded after it.
        (REORDERED, 0, 3, Run(0, 1)),
        (REORDERED, 0, 7, Run(0, 5)),
        (REORDERED, 2, 8, Run(4, 4)),
    ],
)
def test_a_run_is_whole_in_both_orders(index: PictureIndex, first: int, end: int, run: Run | None) -> None:
    assert index.run(first, end) == run


def test_key_frames_that_do_not_refresh_begin_nothing(tmp_path: Path) -> None:
    open_groups = coded(tmp_path / "a.mp4", params="keyint=10:open-gop=1:scenecut=0")

    index = read_index(open_groups, CANVAS)

    assert [unit.shown for unit in index.units if unit.refreshes] == [0]
    assert index.run(5, 60) is None
    assert index.run(0, 60) == Run(0, 60)


def test_pictures_are_where_their_times_say(tmp_path: Path) -> None:
    index = read_index(coded(tmp_path / "a.mkv", params="keyint=20"), CANVAS)

    seconds = [stamp * index.tick - index.beginning for stamp in index.stamps]
    assert [round(second * RATE) for second in seconds] == list(range(60))
    assert sorted(unit.shown for unit in index.units) == list(range(60))


@given(
    second=st.fractions(0, 1, max_denominator=2000),
    rate=st.sampled_from([RATE, Fraction(24_000, 1001), Fraction(60)]),
    last=st.fractions(0, 1, max_denominator=1000),
)
def test_what_is_shown_is_the_last_picture_up_to_a_moment(
    second: Fraction, rate: Fraction, last: Fraction
) -> None:
    moments = [min(second + number / rate, last) for number in range(12)]

    shown = IN_ORDER.shown(second, 1 / rate, len(moments), last)

    assert shown == [min(5, int(moment * 30)) for moment in moments]


def refusal(path: Path, canvas: Canvas = CANVAS) -> str:
    with pytest.raises(NotCopied) as refused:
        read_index(probe(path), canvas)
    return str(refused.value)


def test_other_codecs_are_refused(tmp_path: Path) -> None:
    coded(tmp_path / "a.avi", 10, codec="mpeg4")

    assert refusal(tmp_path / "a.avi") == "are not H.264"


@pytest.mark.parametrize("colours", [NTSC, PAL, UNTAGGED])
def test_other_colours_are_refused(tmp_path: Path, colours: Colours) -> None:
    coded(tmp_path / "a.mp4", 10, colours=colours)

    assert "colours" in refusal(tmp_path / "a.mp4")


def test_other_sizes_are_refused(tmp_path: Path) -> None:
    coded(tmp_path / "a.mp4", 10)

    assert "size" in refusal(tmp_path / "a.mp4", Canvas(320, SIZE[1], RATE))


def test_what_an_edit_list_hides_at_either_end_is_left_out(tmp_path: Path) -> None:
    whole = coded(tmp_path / "whole.mp4", params="keyint=20:scenecut=0:bframes=0").path
    (tmp_path / "part.mp4").write_bytes(with_edits(whole.read_bytes(), Edit(1000, _ticks(whole, 15))))

    index = read_index(probe(tmp_path / "part.mp4"), CANVAS)

    assert [round(stamp * index.tick * RATE) for stamp in index.stamps] == list(range(30))
    assert [unit.shown for unit in index.units if unit.refreshes] == [5, 25]


def test_pictures_hidden_among_others_are_refused(tmp_path: Path) -> None:
    whole = coded(tmp_path / "whole.mp4", params="keyint=20:scenecut=0:bframes=0").path
    halves = (Edit(500, 0), Edit(500, _ticks(whole, 30)))
    (tmp_path / "part.mp4").write_bytes(with_edits(whole.read_bytes(), *halves))

    assert "hidden" in refusal(tmp_path / "part.mp4")


def _ticks(path: Path, pictures: int) -> int:
    return round(pictures / RATE * tracks(path.read_bytes())["vide"].timescale)


def test_parameters_that_change_among_the_pictures_are_refused(tmp_path: Path) -> None:
    both = [
        coded(tmp_path / f"{refs}.mp4", 30, params=f"ref={refs}:repeat-headers=1").path for refs in (1, 4)
    ]
    one_after_another(both, tmp_path / "both.mp4")

    assert "parameters" in refusal(tmp_path / "both.mp4")


def test_parameters_that_change_between_samples_are_refused(tmp_path: Path) -> None:
    """As in MP4s with two descriptions of their pictures; those of the second half are another profile's."""
    first = coded(tmp_path / "first.mp4", 30, profile="main")
    second = coded(tmp_path / "second.mp4", 30, profile="high")
    with av.open(tmp_path / "both.mp4", "w") as output, av.open(first.path) as container:
        stream = output.add_stream_from_template(container.streams.video[0])
        packets = [packet for packet in container.demux(video=0) if packet.size]
        tick = packets[0].time_base
        with av.open(second.path) as more:
            later = [packet for packet in more.demux(video=0) if packet.size]
        _tell_new_parameters(later[0], record_of(second.path))
        for packet in later:
            packet.pts = (packet.pts or 0) + round(1 / tick)
            packet.dts = (packet.dts or 0) + round(1 / tick)
        for packet in (*packets, *later):
            packet.stream = stream
            output.mux(packet)

    assert "parameters" in refusal(tmp_path / "both.mp4")


def _tell_new_parameters(packet: "Packet[VideoStream]", record: bytes) -> None:
    kind = packet_sidedata_type_from_literal("new_extradata")
    # The stub leaves its arguments out.
    told = PacketSideData(kind, len(record))  # type: ignore[call-arg]
    told.update(record)
    packet.set_sidedata(told)


def test_sound_has_nothing_to_copy(tmp_path: Path) -> None:
    make_sound(tmp_path / "a.m4a", 1)

    assert refusal(tmp_path / "a.m4a") == "are not H.264"
