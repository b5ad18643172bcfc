from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image

from mcp_nemo.engine.colorimetry import BT709, Colours
from mcp_nemo.engine.media import NotMedia, probe
from tests.engine.render.odd import start_at
from tests.engine.render.splice.coded import NTSC, PAL, UNTAGGED, coded
from tests.media import add_cover, make_image, make_sound, make_video, put_together


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv", "webm", "avi"])
def test_reads_a_film(tmp_path: Path, suffix: str) -> None:
    info = probe(make_video(tmp_path / f"clip.{suffix}"), id="m1", name="Holiday")

    assert (info.id, info.name, info.kind) == ("m1", "Holiday", "video")
    assert (info.width, info.height, info.has_sound) == (320, 180, True)
    assert info.frame_rate == pytest.approx(30, abs=0.05)
    assert info.duration_ms == pytest.approx(2000, abs=40)


def test_reads_a_silent_film_of_another_rate(tmp_path: Path) -> None:
    info = probe(make_video(tmp_path / "clip.mp4", sound=False, rate=Fraction(24_000, 1001)))

    assert not info.has_sound
    assert info.frame_rate == pytest.approx(23.976, abs=0.001)


@pytest.mark.parametrize("colours", [BT709, NTSC, PAL, UNTAGGED, Colours(6, 6, 6, full_range=True)])
def test_colours_are_as_the_film_says(tmp_path: Path, colours: Colours) -> None:
    assert coded(tmp_path / "clip.mp4", 2, colours=colours).colours == colours


def test_a_picture_says_nothing_of_its_colours(tmp_path: Path) -> None:
    assert probe(make_image(tmp_path / "photo.png")).colours is None


@pytest.mark.parametrize(("rotation", "size"), [(90, (180, 320)), (180, (320, 180)), (270, (180, 320))])
def test_size_is_as_shown(tmp_path: Path, rotation: int, size: tuple[int, int]) -> None:
    info = probe(make_video(tmp_path / "phone.mp4", rotation=rotation, seconds=0.2))

    assert (info.width, info.height) == size


@pytest.mark.parametrize("suffix", ["jpg", "png", "gif", "webp"])
def test_reads_an_image(tmp_path: Path, suffix: str) -> None:
    info = probe(make_image(tmp_path / f"picture.{suffix}"))

    assert (info.kind, info.width, info.height) == ("image", 320, 180)
    assert (info.duration_ms, info.frame_rate, info.has_sound) == (0, 0, False)


def test_turns_a_photograph_upright(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (64, 32)).save(path, exif=exif)

    info = probe(path)

    assert (info.width, info.height) == (32, 64)


@pytest.mark.parametrize("suffix", ["mp3", "wav", "m4a", "aac"])
def test_reads_a_sound(tmp_path: Path, suffix: str) -> None:
    info = probe(make_sound(tmp_path / f"song.{suffix}", 3))

    assert (info.kind, info.has_sound, info.width) == ("audio", True, 0)
    assert info.duration_ms == pytest.approx(3000, abs=60)


def test_a_cover_is_no_film(tmp_path: Path) -> None:
    song = tmp_path / "song.mp3"
    add_cover(make_sound(tmp_path / "bare.mp3"), make_image(tmp_path / "cover.png"), song)

    assert probe(song).kind == "audio"


def test_length_is_found_where_the_header_has_none(tmp_path: Path) -> None:
    whole = make_video(tmp_path / "whole.mkv")
    live = tmp_path / "live.mkv"
    with av.open(whole) as source, av.open(live, "w", options={"live": "1"}) as output:
        stream = output.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                output.mux(packet)

    with av.open(live) as container:
        assert container.duration is None
    assert probe(live).duration_ms == pytest.approx(2000, abs=5)


def test_length_counts_from_the_first_picture(tmp_path: Path) -> None:
    late = start_at(make_video(tmp_path / "clip.mp4"), tmp_path / "late.mkv", -3000)

    with av.open(late) as container:
        assert (container.start_time or 0) > 2_900_000
    assert probe(late).duration_ms == pytest.approx(2000, abs=30)


def test_a_picture_that_stands_long_is_not_forgotten(tmp_path: Path) -> None:
    """What an MP4 says of its length is about the order in which pictures are decoded."""
    screen = coded(tmp_path / "screen.mp4", 31, times=[*range(30), 120], params="bframes=3:b-adapt=0")

    assert screen.duration_ms == pytest.approx(4000, abs=50)


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
@pytest.mark.parametrize(("sound_seconds", "expected_ms"), [(5, 5000), (2.2, 2000), (1, 2000)])
def test_sound_that_goes_on_is_not_cut_off(
    tmp_path: Path, suffix: str, sound_seconds: float, expected_ms: int
) -> None:
    picture, sound = make_video(tmp_path / "picture.mp4", sound=False), tmp_path / "sound.m4a"
    film = put_together((picture, make_sound(sound, sound_seconds)), tmp_path / f"film.{suffix}")

    assert probe(film).duration_ms == pytest.approx(expected_ms, abs=60)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("notes.mp4", b"Dear diary, today I filmed nothing.\n" * 200, "not a media file"),
        ("notes.txt", b"FFmpeg can play letters as a film.\n" * 200, "not a media file"),
        ("list.mp4", b"ffconcat version 1.0\nfile other.mp4\n", "not a media file"),
        ("list.mov", b"#EXTM3U\n#EXTINF:1,\nother.mp4\n#EXT-X-ENDLIST\n", "not a media file"),
        ("nothing.mp4", b"", "empty"),
    ],
)
def test_refuses_what_is_no_media(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    make_video(tmp_path / "other.mp4", seconds=0.2)
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(NotMedia, match=reason):
        probe(path)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.95])
@pytest.mark.parametrize("index_first", [True, False])
def test_refuses_a_film_cut_short(tmp_path: Path, kept: float, index_first: bool) -> None:
    whole = make_video(tmp_path / "whole.mp4")
    if index_first:
        whole = _with_index_first(whole, tmp_path / "faststart.mp4")
    path = tmp_path / "part.mp4"
    content = whole.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])

    with pytest.raises(NotMedia):
        probe(path)


def test_refuses_an_image_cut_short(tmp_path: Path) -> None:
    content = make_image(tmp_path / "whole.jpg").read_bytes()
    path = tmp_path / "part.jpg"
    path.write_bytes(content[: len(content) // 2])

    with pytest.raises(NotMedia, match="cut short"):
        probe(path)


def test_a_missing_file_is_not_called_damaged(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        probe(tmp_path / "nowhere.mp4")


def _with_index_first(path: Path, target: Path) -> Path:
    with av.open(path) as source, av.open(target, "w", options={"movflags": "+faststart"}) as output:
        copies = {stream.index: output.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = copies[packet.stream_index]
                output.mux(packet)
    return target
