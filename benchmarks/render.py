"""How fast films are rendered, and in how much memory, beside ffmpeg with one filter graph.

    uv run --with imageio-ffmpeg python benchmarks/render.py          # a few minutes
    uv run --with imageio-ffmpeg python benchmarks/render.py --full   # ten minutes of film, a minute of edits
    ... --ffmpeg /usr/bin/ffmpeg    # beside another one
    ... --moviepy                   # beside moviepy too, which uv installs for it alone

Media are made in a temporary folder, 1080p at 30 frames a second. All sides encode with x264's veryfast at
CRF 20, and AAC at 192 kbit/s with FFmpeg's own coder and its two-loop search; all are started as processes,
in turn. Seconds are of wall time, memory is that of all processes together. Ours does more than ffmpeg is
asked to in its first row: it brings the sound to -14 LUFS with true peaks below -1 dBTP, and checks the
finished film. So ffmpeg has a second row, with its one-pass loudnorm at the end of the same graph. moviepy
does less: it has no ducking.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import imageio_ffmpeg
from PIL import Image, ImageDraw

from mcp_nemo.engine.draft import AudioClip, AudioTrack, Draft, TextTrack, Title, VideoClip, VideoTrack
from mcp_nemo.engine.media import probe
from mcp_nemo.engine.render.job import RenderJob
from mcp_nemo.workers import environment

BUNDLED = imageio_ffmpeg.get_ffmpeg_exe()
QUIETLY = ["-hide_banner", "-loglevel", "error", "-y"]
FFMPEG = [BUNDLED, *QUIETLY]
# Apart, as it needs an older Pillow.
MOVIEPY = ["uv", "run", "--quiet", "--no-project", "--with", "moviepy>=2.2,<2.3", "python"]
PICTURE = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p"]
SOUND = [
    "-c:a",
    "aac",
    "-aac_coder",
    "twoloop",
    "-b:a",
    "192k",
    "-ar",
    "48000",
    "-ac",
    "2",
    "-movflags",
    "+faststart",
]
# What is done to the mix, by what a row is called.
SOUND_ENDINGS = {"": "anull", ", sound to -14 LUFS": "loudnorm=I=-14:TP=-1:LRA=11,aresample=48000"}
# Seconds of film that is made; longer films are it again and again.
MADE = 20
TITLE_FROM, TITLE_TO = 4, 7
ALIKE = ("-c:v", "libx264", "-preset", "veryfast", "-x264-params", "keyint=60")
# No H.264, so that nothing of it can be copied.
STRANGE = ("-c:v", "mpeg4", "-g", "60")
AIMS = {"alike": 5, "strange": 1.3}


class Measured(NamedTuple):
    seconds: float
    megabytes: float

    def __str__(self) -> str:
        return f"{self.seconds:7.1f} s {self.megabytes:6.0f} MB"


def make_clip(path: Path, seconds: int, hue: int, coder: Sequence[str]) -> Path:
    """Moving test pictures with a little noise, and a voice that comes and goes."""
    made = min(MADE, seconds)
    picture = f"testsrc2=s=1920x1080:r=30:d={made},hue=h={hue},noise=alls=5:allf=t,format=yuv420p"
    voice = (
        f"aevalsrc='(0.2*sin(2*PI*220*t+3*sin(7*t))+0.1*random(0)-0.05)*lt(mod(t,4),2)':s=48000:d={seconds}"
    )
    tags = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
    coded = [*coder, "-b:v", "12M", *tags]
    short = path.with_suffix(".short.mp4")
    subprocess.run([*FFMPEG, "-f", "lavfi", "-i", picture, *coded, short], check=True)
    again = ["-stream_loop", f"{-(-seconds // made) - 1}", "-i", short, "-f", "lavfi", "-i", voice]
    both = ["-c:v", "copy", "-c:a", "aac", "-ac", "2", "-t", f"{seconds}"]
    subprocess.run([*FFMPEG, *again, *both, path], check=True)
    return path


def make_song(path: Path, seconds: int) -> Path:
    wave = f"aevalsrc='0.2*sin(2*PI*330*t)+0.1*sin(2*PI*495*t)+0.04*random(0)-0.02':s=48000:d={seconds}"
    subprocess.run([*FFMPEG, "-f", "lavfi", "-i", wave, "-c:a", "libmp3lame", path], check=True)
    return path


def make_title(path: Path) -> Path:
    """For ffmpeg, whose builds do not all have letters."""
    image = Image.new("RGBA", (1920, 1080))
    ImageDraw.Draw(image).text(
        (960, 540), "A title", font_size=120, anchor="mm", stroke_width=6, stroke_fill=0
    )
    image.save(path)
    return path


def measured(
    command: Sequence[str | Path], told: str = "", variables: Mapping[str, str] = os.environ
) -> Measured:
    """Run to the end; the memory is looked at now and then, as that costs time."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=variables,
        text=True,
        start_new_session=True,
    )
    peak = 0

    def watch() -> None:
        nonlocal peak
        while process.poll() is None:
            peak = max(peak, memory_of(process.pid))
            time.sleep(0.5)

    watcher = threading.Thread(target=watch)
    watcher.start()
    said, _ = process.communicate(told)
    seconds = time.perf_counter() - started
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{command[0]} failed: {said}")
    return Measured(seconds, peak / 1e6)


def memory_of(session: int) -> int:
    """Bytes that the processes of a session hold, what they share counted once."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.getsid(int(folder.name)) == session:
                lines = (folder / "smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024


def ours(folder: Path, draft: Draft, shelf: str) -> Measured:
    media = [probe(path, id=path.name) for path in folder.iterdir() if path.suffix in (".mp4", ".mp3")]
    used = {clip.source for clip in (*draft.video.clips, *draft.audio.clips)}
    job = RenderJob(
        draft=draft.to_wire(),
        media=tuple(info for info in media if info.id in used),
        target=folder / "out" / "ours.mp4",
        shelf=folder / "out" / shelf,
    )
    return measured([sys.executable, "-m", "mcp_nemo.engine.render"], job.model_dump_json(), environment())


class References(NamedTuple):
    """What ours is measured beside."""

    ffmpegs: tuple[str, ...]
    moviepy: bool

    def ffmpeg(self, inputs: Sequence[Path], graph: str, arguments: Sequence[str]) -> dict[str, Measured]:
        """`graph` ends in the sound [mixed]; each measured without and with that brought to its loudness."""
        given = [argument for path in inputs for argument in ("-i", str(path))]
        target = inputs[0].parent / "out" / "theirs.mp4"
        rows = {}
        for program in self.ffmpegs:
            for label, ending in SOUND_ENDINGS.items():
                asked = ["-filter_complex", f"{graph};[mixed]{ending}[a]", *arguments, "-map", "[a]", *SOUND]
                rows[version_of(program) + label] = measured([program, *QUIETLY, *given, *asked, target])
        return rows


def version_of(ffmpeg: str) -> str:
    said = subprocess.run([ffmpeg, "-version"], check=True, capture_output=True, text=True).stdout
    return f"ffmpeg {said.split()[2].partition('-')[0]}"


def with_moviepy(film: Path, song: Path) -> Measured:
    script = Path(__file__).with_name("moviepy_music.py")
    return measured([*MOVIEPY, script, film, song, film.parent / "out" / "moviepy.mp4"])


def draft_of(clips: Sequence[VideoClip], seconds: float, title: str = "") -> Draft:
    song = AudioClip(
        start_ms=0,
        duration_ms=round(seconds * 1000),
        name="song.mp3",
        source="song.mp3",
        role="music",
        volume=0.35,
        duck=True,
        fade_in_ms=1000,
        fade_out_ms=2000,
    )
    written = Title(
        start_ms=TITLE_FROM * 1000, duration_ms=(TITLE_TO - TITLE_FROM) * 1000, name="Title", text=title
    )
    return Draft(
        video=VideoTrack(clips=tuple(clips)),
        audio=AudioTrack(clips=(song,)),
        text=TextTrack(titles=(written,) if title else ()),
    )


def shown(name: str, start: float, seconds: float, crossfade: float = 0) -> VideoClip:
    return VideoClip(
        start_ms=round(start * 1000),
        duration_ms=round(seconds * 1000),
        name=name,
        source=name,
        crossfade_ms=round(crossfade * 1000),
    )


def ducked(speech: str, music: str, seconds: float) -> str:
    return (
        f"[{speech}]asplit[heard][key];"
        f"[{music}]volume=0.35,afade=t=in:d=1,afade=t=out:st={seconds - 2}:d=2,atrim=end={seconds}[low];"
        "[low][key]sidechaincompress=threshold=0.03:ratio=8:attack=80:release=400[under];"
        "[heard][under]amix=inputs=2:normalize=0:duration=first,alimiter=limit=0.89[mixed]"
    )


def one_film(folder: Path, seconds: int, references: References) -> None:
    film, song = make_clip(folder / "long.mp4", seconds, 0, ALIKE), make_song(folder / "song.mp3", seconds)
    print(f"Music, ducked, under an untouched film of {seconds} s")
    untouched = ["-map", "0:v", "-c:v", "copy"]
    others = references.ffmpeg([film, song], ducked("0:a", "1:a", seconds), untouched)
    if references.moviepy:
        others["moviepy"] = with_moviepy(film, song)
    copied = ours(folder, draft_of([shown("long.mp4", 0, seconds)], seconds), "music")
    compare(others, copied, "aim: at least 2.5 x as fast as ffmpeg, 100 x as moviepy, under 250 MB")
    titled = ours(folder, draft_of([shown("long.mp4", 0, seconds)], seconds, "A title"), "title")
    print_row("with a title of 3 s", titled, copied, "the copy (aim: at most 2)")
    again = ours(folder, draft_of([shown("long.mp4", 0, seconds)], seconds, "Another"), "title")
    print_row("with another title", again, titled, "the first (aim: at most 0.35)")


def three_clips(folder: Path, kind: str, coder: Sequence[str], seconds: int, references: References) -> None:
    """Crossfades of a second between three clips, a title, music."""
    each = (seconds + 2) / 3
    names = [f"{kind}{number}.mp4" for number in range(3)]
    for number, name in enumerate(names):
        make_clip(folder / name, -(-(seconds + 2) // 3), number * 60, coder)
    print(f"Three clips, crossfades, a title, ducked music, {seconds} s: {kind}")
    graph = (
        f"[0:v][1:v]xfade=duration=1:offset={each - 1}[v1];"
        f"[v1][2:v]xfade=duration=1:offset={2 * each - 2}[v2];"
        f"[v2][4:v]overlay=enable='between(t,{TITLE_FROM},{TITLE_TO})'[v];"
        f"[0:a]atrim=end={each}[a0];[1:a]atrim=end={each}[a1];[2:a]atrim=end={each}[a2];"
        "[a0][a1]acrossfade=d=1[a3];[a3][a2]acrossfade=d=1[speech];"
    ) + ducked("speech", "3:a", seconds)
    inputs = [*(folder / name for name in names), folder / "song.mp3", make_title(folder / "title.png")]
    others = references.ffmpeg(inputs, graph, ["-map", "[v]", "-t", str(seconds), *PICTURE])
    clips = [shown(name, number * (each - 1), each, 1 if number else 0) for number, name in enumerate(names)]
    first = ours(folder, draft_of(clips, seconds, "A title"), kind)
    compare(others, first, f"aim: at least {AIMS[kind]} x as fast")
    again = ours(folder, draft_of(clips, seconds, "Another"), kind)
    print_row("with another title", again, first, "the first (aim: at most 0.35)")


def compare(others: Mapping[str, Measured], measured_: Measured, aim: str) -> None:
    print(f"  {'ours':38}{measured_}   ({aim})")
    for name, other in others.items():
        print(f"  {name:38}{other}   {other.seconds / measured_.seconds:.2f} x as long as ours")


def print_row(name: str, measured_: Measured, beside: Measured, what: str) -> None:
    print(f"  {name:38}{measured_}   {measured_.seconds / beside.seconds:.2f} x {what}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="ten minutes of film, a minute of edits")
    parser.add_argument("--ffmpeg", action="append", default=[], help="another ffmpeg to measure beside")
    parser.add_argument("--moviepy", action="store_true", help="measure beside moviepy: takes long")
    chosen = parser.parse_args()
    references = References((BUNDLED, *chosen.ffmpeg), chosen.moviepy)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "out").mkdir()
        one_film(folder, 600 if chosen.full else 120, references)
        for kind, coder in (("alike", ALIKE), ("strange", STRANGE)):
            three_clips(folder, kind, coder, 60 if chosen.full else 20, references)


if __name__ == "__main__":
    main()
