"""Music for a wish that leaves the choice open: composed for the picture, or one of the user's own songs."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeGuard

import anyio
import anyio.to_process

from mcp_nemo.engine.draft import AudioClip, Draft, VideoClip
from mcp_nemo.engine.edits.limits import Impossible, leading
from mcp_nemo.engine.media import MediaInfo, NotMedia, probe
from mcp_nemo.engine.music.catalogue import Offer
from mcp_nemo.engine.music.choosing import Choice, Shown, choose, unseen
from mcp_nemo.engine.music.moods import MOODS
from mcp_nemo.engine.music.variations import seed_for
from mcp_nemo.engine.operations import AddMusic, Operation, ReplaceMusic, UseAudio

log = logging.getLogger(__name__)

_LONGEST_S: Final = 90.0
_LYING: Final = {"start_ms", "end_ms", "volume", "fade_in_ms", "fade_out_ms", "duck"}

MusicWish = AddMusic | ReplaceMusic


@dataclass(frozen=True, slots=True)
class Selected:
    """What is to be done in the place of the wish; `media` holds the song it uses, if that is new."""

    operation: Operation
    media: Mapping[str, MediaInfo]
    seed: int
    reason: str


def is_open(operation: Operation) -> TypeGuard[MusicWish]:
    return isinstance(operation, MusicWish) and (operation.own or operation.mood is None)


class Selection:
    """`kept` is a folder for what was found out about files, `music_dirs` are those of the user's songs."""

    def __init__(self, kept: Path, music_dirs: Sequence[Path]) -> None:
        self._kept = kept
        self._music_dirs = tuple(music_dirs)

    async def select(
        self, wish: MusicWish, draft: Draft, media: Mapping[str, MediaInfo], seed: int
    ) -> Selected:
        """Raises Impossible where there is nothing to choose from, or nothing to choose it for."""
        leading(draft)
        _require_as_recorded(wish)
        choice = await self._choice(wish, draft, media)
        best = choice.best
        if best.path:
            song = await _song(best.path, media)
            return Selected(_laid(wish, best, song, draft), {**media, song.id: song}, seed, choice.told())
        seed = seed_for(MOODS[best.mood], best.variation or 0, seed)
        return Selected(_composed(wish, choice), media, seed, choice.told())

    async def _choice(self, wish: MusicWish, draft: Draft, media: Mapping[str, MediaInfo]) -> Choice:
        choosing = partial(
            choose,
            _shown(draft, media),
            self._kept,
            self._music_dirs if _may_be_a_song(wish) else (),
            _uploaded_songs(draft, media) if wish.own else {},
            only_songs=wish.own,
            not_again=_heard_now(wish, draft, media),
        )
        with anyio.move_on_after(_LONGEST_S):
            try:
                found = await anyio.to_process.run_sync(choosing, cancellable=True)
            except anyio.BrokenWorkerProcess:
                log.exception("nothing could be chosen")
                return _blind(wish)
            if found is None:
                raise _no_songs(bool(self._music_dirs))
            return found
        return _blind(wish)


def _require_as_recorded(wish: MusicWish) -> None:
    if wish.own and (wish.mood or wish.style or wish.tempo_bpm or wish.instruments):
        raise Impossible(
            "Your songs play as they were recorded.", "Leave mood, style, tempo and instruments out."
        )


def _blind(wish: MusicWish) -> Choice:
    if wish.own:
        raise Impossible("Your songs took too long to listen to.", "Ask again, or upload the one you want.")
    return unseen("the picture took too long to look at")


def _no_songs(has_folders: bool) -> Impossible:
    if has_folders:
        return Impossible(
            "There is no other song to choose in the folders that NEMO_MUSIC_DIRS names.",
            "Put songs there, as mp3, wav, aac or m4a, or upload one.",
        )
    return Impossible(
        "No folders of your music are known.", "Name them in NEMO_MUSIC_DIRS, or upload the song to use."
    )


def _may_be_a_song(wish: MusicWish) -> bool:
    return wish.own or not (wish.style or wish.tempo_bpm or wish.instruments)


def _uploaded_songs(draft: Draft, media: Mapping[str, MediaInfo]) -> dict[Path, str]:
    """What the video is about is no music for it."""
    about = {clip.source for clip in draft.content}
    return {info.path: info.name for info in media.values() if info.kind == "audio" and info.id not in about}


def _heard_now(wish: MusicWish, draft: Draft, media: Mapping[str, MediaInfo]) -> set[Path]:
    """Who replaces a song does not want the same again."""
    if isinstance(wish, AddMusic):
        return set()
    return {media[clip.source].path for clip in draft.music if clip.source}


def _shown(draft: Draft, media: Mapping[str, MediaInfo]) -> list[Shown]:
    clips: Sequence[VideoClip | AudioClip] = draft.video.clips or draft.content
    return [
        Shown(
            media[clip.source].path,
            clip.duration_ms,
            share=_share_of(clip, media[clip.source]),
            heard=media[clip.source].has_sound and clip.volume > 0,
        )
        for clip in clips
    ]


def _share_of(clip: VideoClip | AudioClip, info: MediaInfo) -> float:
    used_ms = clip.source_ms(clip.duration_ms) if isinstance(clip, VideoClip) else clip.duration_ms
    return min(1.0, used_ms / info.duration_ms) if info.duration_ms else 1.0


async def _song(path: Path, media: Mapping[str, MediaInfo]) -> MediaInfo:
    """Used where it lies, and not copied."""
    if known := next((info for info in media.values() if info.path == path), None):
        return known
    try:
        probing = partial(probe, path, id=secrets.token_hex(16))
        return await anyio.to_process.run_sync(probing, cancellable=True)
    except (NotMedia, OSError) as error:
        raise Impossible(f"{path.name} cannot be read any more.", "Choose other music.") from error


def _composed(wish: MusicWish, choice: Choice) -> MusicWish:
    chosen: dict[str, Any] = {"mood": choice.best.mood}
    if isinstance(wish, AddMusic):
        chosen["duck"] = wish.duck or choice.spoken
    return wish.model_copy(update=chosen)


def _laid(wish: MusicWish, offer: Offer, song: MediaInfo, draft: Draft) -> UseAudio:
    """Where the wish puts it, or where the music lies that it replaces."""
    lying = wish.model_dump(include=_LYING) if isinstance(wish, AddMusic) else _as_now(draft)
    return UseAudio(media_id=song.id, loop=not offer.lasts(draft.duration_ms), **lying)


def _as_now(draft: Draft) -> dict[str, Any]:
    if not draft.music:
        return {}
    first, last = draft.music[0], draft.music[-1]
    lying = {name: getattr(first, name) for name in _LYING}
    end_ms = last.end_ms if last.end_ms < draft.duration_ms else None
    return {**lying, "end_ms": end_ms, "fade_out_ms": last.fade_out_ms}
