"""The pieces a film is made of, each a task by itself: plain data and the places of files, and nothing else.

So a task may be carried out by any process, in any order, and what came of it may be kept.
"""

from collections.abc import Callable, Generator, Iterator, Set
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Protocol

import av
from av.video.frame import PictureType, VideoFrame

from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.aac import write_sound
from mcp_nemo.engine.render.ahead import ahead
from mcp_nemo.engine.render.encoders import Encoder, add_picture, encoded
from mcp_nemo.engine.render.fitting import turned
from mcp_nemo.engine.render.mastering import finished
from mcp_nemo.engine.render.picture import film
from mcp_nemo.engine.render.plan import SAMPLE_RATE, Canvas, Quality, RenderPlan, Stretch
from mcp_nemo.engine.render.waveform import Outline, outline_of

# Told as work goes on: how many frames of pictures, or seconds of sound, were done since it was told last.
Done = Callable[[int], None]


class Task(Protocol):
    """`work` is how much is told in the end; `sources` are the files that it is made from.

    `memory` is about how many bytes a process needs to carry it out. Pictures are encoded in so many
    `threads`; more than there are cores, all processes together, would make all of them slower.
    """

    @property
    def work(self) -> int: ...

    @property
    def memory(self) -> int: ...

    @property
    def sources(self) -> Set[Path]: ...

    def carry_out(self, target: Path, done: Done, threads: int) -> None: ...


# Twice as fast, and audibly weaker: good enough to look over a draft.
_SOUND_CODERS: dict[Quality, str] = {"draft": "fast", "high": "twoloop", "max": "twoloop"}
# How many times as long as to mix a sound it takes to code it.
_CODING = 3
# As measured: what a process takes without frames, and for sound; the frames that x264 and a decoder hold.
_EMPTY_BYTES, _SOUND_BYTES = 80_000_000, 200_000_000
_ENCODED_AT_ONCE: dict[Quality, int] = {"draft": 60, "high": 60, "max": 120}
_DECODED_AT_ONCE = 16
_REORDERINGS = ("bframes=0", "bframes=3:b-pyramid=none", "bframes=3:b-pyramid=normal")


@dataclass(frozen=True, slots=True)
class Company:
    """What encoded pictures must go with where others are copied: a number for their parameters that is free,
    and how far those others are out of order."""

    free_id: int
    reordered: int


@dataclass(frozen=True, slots=True)
class PictureTask:
    """Stretches that follow each other; `sound` is that of a film that draws it, so many samples long."""

    stretches: tuple[Stretch, ...]
    canvas: Canvas
    quality: Quality
    encoder: Encoder = "x264"
    company: Company | None = None
    sound: Path | None = None
    samples: int = 0

    @property
    def work(self) -> int:
        return self.stretches[-1].end - self.stretches[0].start

    @property
    def memory(self) -> int:
        coded = _ENCODED_AT_ONCE[self.quality] * self.canvas.width * self.canvas.height
        decoded = _DECODED_AT_ONCE * max((media.width * media.height for media in self._shown()), default=0)
        return _EMPTY_BYTES + (coded + decoded) * 3 // 2

    @property
    def sources(self) -> set[Path]:
        return {media.path for media in self._shown()}

    def _shown(self) -> Iterator[MediaInfo]:
        shots = (shot.media for stretch in self.stretches for shot in stretch.shots)
        stamps = (stamp.media for stretch in self.stretches for stamp in stretch.stamps)
        return chain(shots, stamps)

    @property
    def at_the_beginning(self) -> "PictureTask":
        """The same frames as the first of a film; what draws the sound is drawn for its place."""
        if self.sound is not None:
            return self
        start = self.stretches[0].start
        moved = (replace(stretch.moved(-start), reason="") for stretch in self.stretches)
        return replace(self, stretches=tuple(moved))

    def carry_out(self, target: Path, done: Done, threads: int) -> None:
        """Encode the stretches as an MP4 of their own."""
        with av.open(target, "w", format="mp4") as output:
            stream = add_picture(
                output, self.encoder, self.canvas, self.quality, threads, self._x264_params()
            )
            for number, frame in enumerate(ahead(self._stored())):
                frame.pts, frame.time_base = number, 1 / self.canvas.rate
                # Otherwise the key frames of the sources would become key frames here.
                frame.pict_type = PictureType.NONE
                output.mux(encoded(stream, frame, self.encoder))
                done(1)
            output.mux(encoded(stream, None, self.encoder))

    def _stored(self) -> Generator[VideoFrame, None, None]:
        seen = film(self.stretches, self.canvas, self._outline())
        return turned(seen, self.canvas.turned) if self.canvas.turned else seen

    def _x264_params(self) -> str:
        params = ["stitchable=1", "open-gop=0"]
        if self.company:
            # OpenH264 loses pictures between profiles, and where the order becomes another.
            order = _REORDERINGS[min(self.company.reordered, len(_REORDERINGS) - 1)]
            params += [f"sps-id={self.company.free_id}", "cabac=1", order]
        return ":".join(params)

    def _outline(self) -> Outline:
        if self.sound is None:
            return ()
        heard = MediaInfo("", self.sound, self.sound.name, "audio", has_sound=True)
        return outline_of(heard, self.samples)


@dataclass(frozen=True, slots=True)
class SoundTask:
    """The sound of a plan, whatever is seen."""

    plan: RenderPlan

    @property
    def work(self) -> int:
        """A second of sound takes about as long as a frame."""
        return self.plan.samples // SAMPLE_RATE

    @property
    def memory(self) -> int:
        return _SOUND_BYTES

    @property
    def sources(self) -> set[Path]:
        files = {layer.media.path for layer in self.plan.layers if layer.media}
        return files | _instruments() if any(layer.music for layer in self.plan.layers) else files

    def carry_out(self, target: Path, done: Done, threads: int) -> None:
        """Encode the sound as an MP4 of its own."""
        told = _told(done)
        with finished(self.plan, target.parent, told) as programme:
            coder = _SOUND_CODERS[self.plan.quality]
            write_sound(
                programme.between, self.plan.samples, coder, target, lambda more: told(_CODING * more)
            )


def _instruments() -> set[Path]:
    # Only here: it takes a while to load.
    from mcp_nemo.engine.music.soundfont import chosen

    file = chosen()
    return {file} if file else set()


def sound_task(plan: RenderPlan) -> SoundTask:
    return SoundTask(replace(plan, stretches=()))


def _told(done: Done) -> Callable[[int], None]:
    """Tells seconds of sound; a sample counts once when it is mixed, and more when it is coded."""
    second = (1 + _CODING) * SAMPLE_RATE
    passed = 0

    def told(more: int) -> None:
        nonlocal passed
        before, passed = passed, passed + more
        done(passed // second - before // second)

    return told
