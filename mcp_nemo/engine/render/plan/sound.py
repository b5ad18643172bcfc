"""What will be heard, as layers of sound."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from mcp_nemo.engine.draft import SPEED_STEPS, AudioClip, Draft, MusicRecipe, VideoClip
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.plan.media import Media, find

SAMPLE_RATE = 48_000
SAMPLES_PER_MS = SAMPLE_RATE // 1000
NORMAL_SPEED = Fraction(1)

# Times in the media are whole milliseconds: two pieces may miss each other by one.
_ROUNDED_MS = 1
# What is shorter would be a buzz, not a song.
_SHORTEST_LOOP_MS = 100


@dataclass(frozen=True, slots=True)
class Level:
    """Another volume than the layer's, in samples from the layer's start."""

    start: int
    end: int
    volume: float


@dataclass(frozen=True, slots=True)
class Layer:
    """One sound from `start` to `end`, in samples; either `media` or `music` is set.

    `cuts_ms` are where the picture changes, counted from the beginning of the music. `loop_ms` is how much
    of the media is begun again and again, 0 for none. `is_music` tells what was laid under the film from
    what it is about; the first may `duck` while the second speaks. `levels` lie apart and in order.
    """

    start: int
    end: int
    name: str
    media: MediaInfo | None
    music: MusicRecipe | None
    source_start_ms: int
    volume: float
    fade_in_ms: int
    fade_out_ms: int
    cuts_ms: tuple[int, ...] = ()
    speed: Fraction = NORMAL_SPEED
    loop_ms: int = 0
    is_music: bool = False
    duck: bool = False
    levels: tuple[Level, ...] = ()

    def describe(self) -> str:
        """In words: `mix: song.mp3 at 40%, looped, lower under speech`."""
        manners = (
            f"{float(self.speed):g} times as fast" if self.speed != NORMAL_SPEED else "",
            "looped" if self.loop_ms else "",
            "lower under speech" if self.duck else "",
            *map(self._level_in_words, self.levels),
        )
        return ", ".join((f"mix: {self.name} at {self.volume:.0%}", *filter(None, manners)))

    def _level_in_words(self, level: Level) -> str:
        start, end = ((self.start + sample) / SAMPLE_RATE for sample in (level.start, level.end))
        return f"{level.volume:.0%} in {start:.1f}-{end:.1f} s"


def layers_of(draft: Draft, media: Media, samples: int) -> tuple[Layer, ...]:
    """All that is heard, in the order of its beginning; what is longer than the film ends with it."""
    filmed = [
        _filmed(clip, find(media, clip.source), given_way_ms)
        for clip, given_way_ms in zip(draft.video.clips, _given_way(draft.video.clips), strict=True)
    ]
    laid = [
        _laid(clip, find(media, clip.source)) if clip.music is None else _composed(clip, draft.cuts_ms)
        for clip in draft.audio.clips
    ]
    ending = [replace(layer, end=min(layer.end, samples)) for layer in (*filmed, *laid)]
    heard = [
        layer
        for layer in ending
        if _is_loud(layer) and layer.start < layer.end and (layer.media is None or layer.media.has_sound)
    ]
    return _joined(sorted(heard, key=lambda layer: layer.start))


def _is_loud(layer: Layer) -> bool:
    return layer.volume > 0 or any(level.volume > 0 for level in layer.levels)


def _given_way(clips: tuple[VideoClip, ...]) -> tuple[int, ...]:
    """For how long, at its end, each clip gives way to the next one."""
    return (*(clip.crossfade_ms for clip in clips[1:]), 0)[: len(clips)]


def _filmed(clip: VideoClip, media: MediaInfo, given_way_ms: int) -> Layer:
    return replace(
        _layer(clip, media),
        fade_in_ms=max(clip.fade_in_ms, clip.crossfade_ms),
        fade_out_ms=max(clip.fade_out_ms, given_way_ms),
        speed=Fraction(round(clip.speed * SPEED_STEPS), SPEED_STEPS),
    )


def _laid(clip: AudioClip, media: MediaInfo) -> Layer:
    layer = replace(
        _layer(clip, media), is_music=clip.role == "music", duck=clip.duck, levels=tuple(_levels(clip))
    )
    played_ms = (clip.source_end_ms or media.duration_ms) - clip.source_start_ms
    if clip.loop and played_ms >= _SHORTEST_LOOP_MS:
        return replace(layer, loop_ms=played_ms) if played_ms < clip.duration_ms else layer
    if clip.source_end_ms is not None:
        return replace(layer, end=min(layer.end, layer.start + max(0, played_ms) * SAMPLES_PER_MS))
    return layer


def _composed(clip: AudioClip, cuts_ms: tuple[int, ...]) -> Layer:
    beginning = clip.start_ms - clip.source_start_ms
    inside = tuple(cut - beginning for cut in cuts_ms if beginning < cut < clip.end_ms)
    return replace(
        _layer(clip, None),
        music=clip.music,
        cuts_ms=inside,
        is_music=True,
        duck=clip.duck,
        levels=tuple(_levels(clip)),
    )


def _levels(clip: AudioClip) -> Iterator[Level]:
    for passage in clip.passages:
        start, end = ((ms - clip.start_ms) * SAMPLES_PER_MS for ms in (passage.start_ms, passage.end_ms))
        yield Level(start, end, passage.volume)


def _layer(clip: VideoClip | AudioClip, media: MediaInfo | None) -> Layer:
    return Layer(
        start=clip.start_ms * SAMPLES_PER_MS,
        end=clip.end_ms * SAMPLES_PER_MS,
        name=media.name if media else clip.name,
        media=media,
        music=None,
        source_start_ms=clip.source_start_ms,
        volume=clip.volume,
        fade_in_ms=clip.fade_in_ms,
        fade_out_ms=clip.fade_out_ms,
    )


def _joined(layers: Iterable[Layer]) -> tuple[Layer, ...]:
    """A clip cut in two and left in its place sounds as if it were whole, louder or quieter from there on."""
    whole: list[Layer] = []
    for layer in layers:
        for place, earlier in enumerate(whole):
            if _continues(earlier, layer):
                whole[place] = _together(earlier, layer)
                break
        else:
            whole.append(layer)
    return tuple(whole)


def _together(earlier: Layer, later: Layer) -> Layer:
    level = Level(later.start - earlier.start, later.end - earlier.start, later.volume)
    return replace(
        earlier,
        end=later.end,
        fade_out_ms=later.fade_out_ms,
        levels=earlier.levels if later.volume == earlier.volume else (*earlier.levels, level),
    )


def _continues(earlier: Layer, later: Layer) -> bool:
    played_ms = Fraction(later.start - earlier.start, SAMPLES_PER_MS) * earlier.speed
    return (
        earlier.media is not None
        and earlier.media == later.media
        and earlier.end == later.start
        and earlier.speed == later.speed
        and abs(earlier.source_start_ms + played_ms - later.source_start_ms) <= _ROUNDED_MS
        and (earlier.is_music, earlier.duck) == (later.is_music, later.duck)
        and not (earlier.loop_ms or later.loop_ms or later.levels)
        and earlier.fade_out_ms == later.fade_in_ms == 0
    )
