"""What was done, in sentences for the person who asked."""

from collections.abc import Mapping, Sequence
from typing import Final

from mcp_nemo.engine import operations as ops
from mcp_nemo.engine.draft import Draft, Fit, Place, VideoClip
from mcp_nemo.engine.music.moods import MOODS


def describe(operation: ops.Operation) -> str:
    if isinstance(operation, ops.MusicOperation):
        said = _of_music(operation)
    elif isinstance(operation, ops.LevelOperation):
        said = _of_level(operation)
    elif isinstance(operation, ops.TitleOperation):
        said = _of_title(operation)
    elif isinstance(operation, ops.CutOperation):
        said = _of_cut(operation)
    elif isinstance(operation, ops.OrderOperation):
        said = _of_order(operation)
    elif isinstance(operation, ops.PictureOperation):
        said = _of_picture(operation)
    elif isinstance(operation, ops.LookOperation):
        said = _of_look(operation)
    elif isinstance(operation, ops.OverlayOperation):
        said = _of_overlay(operation)
    else:
        said = _of_version(operation)
    return f"{said}."


def renumbered(before: Draft, after: Draft) -> str:
    """Which clips the pieces of a split one now are; empty where none was split."""
    told = []
    left = list(enumerate(after.video.clips, 1))
    for number, clip in enumerate(before.video.clips, 1):
        pieces = _pieces_of(clip, [now for _, now in left])
        if pieces > 1:
            numbers = [str(at) for at, _ in left[:pieces]]
            told.append(f"Clip {number} is now {pieces} pieces: clips {_listed(*numbers)}.")
        left = left[pieces:]
    return " ".join(told)


def _pieces_of(clip: VideoClip, row: Sequence[VideoClip]) -> int:
    """How many clips at the head of a row show parts of one clip."""
    room_ms = clip.source_ms(clip.duration_ms)
    end_ms = clip.source_start_ms + room_ms
    for count, piece in enumerate(row):
        room_ms -= piece.source_ms(piece.duration_ms)
        inside = clip.source_start_ms <= piece.source_start_ms < end_ms
        if piece.source != clip.source or not inside or room_ms < -_ROUNDED_MS:
            return count
    return len(row)


# Lengths at another speed are rounded.
_ROUNDED_MS: Final = 50


def seconds(ms: int) -> str:
    return f"{ms / 1000:g} s"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _of_music(operation: ops.MusicOperation) -> str:
    match operation:
        case ops.AddMusic():
            return f"Added {_kind_of_music(operation)} {_laid(operation)}"
        case ops.ReplaceMusic():
            return f"Replaced the music with {_kind_of_music(operation)}"
        case ops.UseAudio(loop=loop):
            return f"Added your audio {_laid(operation)}{', again and again' if loop else ''}"
        case ops.MoveMusic(start_ms=start, end_ms=end):
            sides = [_side("starts", start), _side("ends", end)]
            return f"The music now {' and '.join(filter(None, sides))}"
        case ops.RemoveMusic():
            return "Removed the music"
        case ops.Duck(on=on):
            return f"The music {'now makes' if on else 'no longer makes'} way for speech"


def _kind_of_music(operation: ops.AddMusic | ops.ReplaceMusic) -> str:
    mood = MOODS[operation.mood].label.lower() if operation.mood else ""
    style = "" if operation.style in operation.instruments else operation.style
    kind = " ".join(filter(None, [mood, style, "music"]))
    if operation.instruments:
        kind = f"{kind} with {_listed(*operation.instruments)}"
    return f"{kind} at {operation.tempo_bpm:g} BPM" if operation.tempo_bpm else kind


def _laid(operation: ops.AddMusic | ops.UseAudio) -> str:
    described = [f"under {_stretch_words(operation.start_ms, operation.end_ms)} at {operation.volume:.0%}"]
    if operation.fade_in_ms:
        described.append(f"fading in over {seconds(operation.fade_in_ms)}")
    if operation.fade_out_ms:
        described.append(f"fading out over the last {seconds(operation.fade_out_ms)}")
    if operation.duck:
        described.append("making way for speech")
    return ", ".join(described)


_SOUNDS: Final[Mapping[ops.Sound, str]] = {"music": "the music", "clips": "the video's own sound"}


def _of_level(operation: ops.LevelOperation) -> str:
    heard = _SOUNDS[operation.target]
    if operation.clip is not None:
        heard = f"the sound of {_clip(operation.clip)}"
    match operation:
        case ops.SetVolume(volume=0):
            return f"Muted {heard}{_inside(operation)}"
        case ops.SetVolume(volume=volume):
            return f"Set {heard} to {volume:.0%}{_inside(operation)}"
        case ops.ChangeVolume(factor=factor):
            return f"Made {heard} {'louder' if factor > 1 else 'quieter'}{_inside(operation)}"
        case ops.Fade(in_ms=in_ms, out_ms=out_ms):
            return f"{_capital(heard)} now {_fading(in_ms, out_ms)}"


def _fading(in_ms: int | None, out_ms: int | None) -> str:
    fades = [
        f"{'fades' if length else 'does not fade'} {way}" + (f" over {seconds(length)}" if length else "")
        for way, length in (("in", in_ms), ("out", out_ms))
        if length is not None
    ]
    return " and ".join(fades)


_PLACES: Final[Mapping[Place, str]] = {
    "top left": "in the top left corner",
    "top": "at the top",
    "top right": "in the top right corner",
    "left": "on the left",
    "center": "in the middle",
    "right": "on the right",
    "bottom left": "in the bottom left corner",
    "bottom": "at the bottom",
    "bottom right": "in the bottom right corner",
}


def _of_title(operation: ops.TitleOperation) -> str:
    match operation:
        case ops.AddTitle(text=text, place=place):
            times = _stretch_words(operation.start_ms, operation.end_ms)
            return f'Added the title "{text}" {_PLACES[place]} for {times}'
        case ops.ChangeTitle(title=title):
            return f"Changed {_titled(title)}: {_listed(*_title_changes(operation))}"
        case ops.RemoveTitle(title=title):
            return f"Removed {_titled(title)}"
        case ops.AddCaptions(captions=captions):
            return f"Added {counted(len(captions), 'caption')}"
        case ops.UseSubtitles():
            return "Added your subtitles"


def _titled(text: str | None) -> str:
    if text is None:
        return "every title"
    return f'the title "{text}"' if text else "the title"


def _title_changes(operation: ops.ChangeTitle) -> list[str]:
    fading = _fading(operation.fade_in_ms, operation.fade_out_ms)
    changes = [
        f'it says "{operation.text}"' if operation.text else "",
        f"it stands {_PLACES[operation.place]}" if operation.place else "",
        f"it {_side('starts', operation.start_ms)}" if operation.start_ms is not None else "",
        f"it {_side('ends', operation.end_ms)}" if operation.end_ms is not None else "",
        f"it lasts {seconds(operation.duration_ms)}" if operation.duration_ms else "",
        f"it is {operation.size}" if operation.size else "",
        f"its colour is {operation.color}" if operation.color else "",
        {None: "", True: "it is bold", False: "it is not bold"}[operation.bold],
        {None: "", "": "it has no box"}.get(operation.background, f"its box is {operation.background}"),
        f"it {fading}" if fading else "",
    ]
    return [change for change in changes if change]


def _of_cut(operation: ops.CutOperation) -> str:
    match operation:
        case ops.Cut():
            return f"Cut out {_stretch_words(operation.start_ms, operation.end_ms)}"
        case ops.Keep():
            return f"Kept only {_stretch_words(operation.start_ms, operation.end_ms)}"
        case ops.Split(at_ms=at):
            return f"Split the video {_moment(at)}"
        case ops.TrimClip(clip=clip, start_ms=start, end_ms=end):
            sides = [
                f"{seconds(start)} off the start" if start else "",
                f"{seconds(end)} off the end" if end else "",
            ]
            return f"Took {_listed(*filter(None, sides))} of {_clip(clip)}"
        case ops.SetClipLength(clip=clip, duration_ms=length):
            return f"{_capital(_clip(clip))} now lasts {seconds(length)}"
        case ops.SetLength(duration_ms=length):
            return f"The video now ends after {seconds(length)}"
        case ops.CutOnBeats():
            return "The cuts now fall on the beats of the music"


def _of_order(operation: ops.OrderOperation) -> str:
    match operation:
        case ops.MoveClip(clip=clip, to=to):
            return f"Moved {_clip(clip)} to {_position(to)}"
        case ops.SwapClips(clip=clip, other=other):
            return f"Swapped {_clip(clip)} and {_clip(other)}"
        case ops.ReverseOrder():
            return "Reversed the order of the clips"
        case ops.DuplicateClip(clip=clip, to=to):
            where = "right behind it" if to is None else f"at {_position(to)}"
            return f"Put a copy of {_clip(clip)} {where}"
        case ops.RemoveClip(clip=clip):
            return f"Removed {_clip(clip)}"
        case ops.InsertMedia(at=at, duration_ms=length):
            where = "the end" if at is None else _position(at)
            return f"Put your upload in at {where}{f', for {seconds(length)}' if length else ''}"


_FITS: Final[Mapping[Fit, str]] = {
    "contain": "shown whole",
    "cover": "filling it",
    "blur": "before a blurred copy of the picture",
}


def _of_picture(operation: ops.PictureOperation) -> str:
    match operation:
        case ops.SetSpeed(clip=clip, factor=factor):
            return f"{_capital(_shown(clip))} now plays at {factor:g} times the speed{_inside(operation)}"
        case ops.Crossfade(clip=clip, duration_ms=length):
            where = "between the clips" if clip is None else f"into {_clip(clip)}"
            return (
                f"Added a crossfade of {seconds(length)} {where}" if length else f"No more crossfade {where}"
            )
        case ops.FadePicture(in_ms=in_ms, out_ms=out_ms, color=color):
            out_color = operation.out_color or color
            fades = [_picture_fade(f"from {color}", in_ms), _picture_fade(f"to {out_color}", out_ms)]
            return f"The picture now {_listed(*filter(None, fades))}"
        case ops.SetCanvas(width=width, height=height, fit=fit):
            return f"The canvas is now {width}x{height}, the clips {_FITS[fit]}"
        case ops.SetBackdrop(kind="color", color=color):
            return f"The picture is now {color}"
        case ops.SetBackdrop(kind="waveform"):
            return "The picture now shows the waveform"
        case ops.SetBackdrop():
            return "The picture is now your upload"


def _picture_fade(way: str, length_ms: int | None) -> str:
    if length_ms is None:
        return ""
    return f"fades {way} over {seconds(length_ms)}" if length_ms else f"does not fade {way}"


def _of_look(operation: ops.LookOperation) -> str:
    clip = _shown(operation.clip)
    match operation:
        case ops.Rotate(degrees=180):
            return f"Turned {clip} upside down"
        case ops.Rotate(degrees=degrees):
            return f"Turned {clip} a quarter to the {'right' if degrees == 90 else 'left'}"
        case ops.Flip(axis=axis):
            return f"Mirrored {clip} {'left to right' if axis == 'horizontal' else 'top to bottom'}"
        case ops.Crop():
            sides = operation.model_dump(include={"left", "top", "right", "bottom"})
            cropped = [f"{share:.0%} at the {side}" for side, share in sides.items() if share]
            return f"Cropped {clip} by {_listed(*cropped)}" if cropped else f"Showed all of {clip} again"
        case ops.Zoom(start=1, end=1):
            return f"No more zoom in {clip}{_inside(operation)}"
        case ops.Zoom(start=start, end=end):
            return f"{_capital(clip)} now zooms from {start:.0%} to {end:.0%}{_inside(operation)}"
        case ops.Look():
            return f"Made {clip} {_listed(*_graded(operation))}{_inside(operation)}"
        case ops.ResetLook():
            return f"{_capital(clip)} now looks as recorded{_inside(operation)}"


def _graded(operation: ops.Look) -> list[str]:
    if operation.saturation == -1:
        more_and_less = {"saturation": ("", "black and white")}
    else:
        more_and_less = {"saturation": ("more colourful", "less colourful")}
    more_and_less |= {
        "brightness": ("brighter", "darker"),
        "contrast": ("richer in contrast", "softer in contrast"),
        "warmth": ("warmer", "cooler"),
    }
    changes = operation.model_dump(include=set(more_and_less))
    return [more_and_less[quality][change < 0] for quality, change in changes.items() if change]


def _of_overlay(operation: ops.OverlayOperation) -> str:
    match operation:
        case ops.AddOverlay(place=place):
            times = _stretch_words(operation.start_ms, operation.end_ms)
            return f"Laid your picture {_PLACES[place]} over {times}"
        case ops.ChangeOverlay(overlay=overlay):
            return f"Changed {_overlaid(overlay)}: {_listed(*_overlay_changes(operation))}"
        case ops.RemoveOverlay(overlay=overlay):
            return f"Removed {_overlaid(overlay)}"


def _overlaid(name: str) -> str:
    return f"{name} over the video" if name else "the picture over the video"


def _overlay_changes(operation: ops.ChangeOverlay) -> list[str]:
    changes = [
        f"it stands {_PLACES[operation.place]}" if operation.place else "",
        f"it is {operation.width:.0%} wide" if operation.width else "",
        f"it is {operation.opacity:.0%} opaque" if operation.opacity is not None else "",
        f"it {_side('starts', operation.start_ms)}" if operation.start_ms is not None else "",
        f"it {_side('ends', operation.end_ms)}" if operation.end_ms is not None else "",
    ]
    return [change for change in changes if change]


def _of_version(operation: ops.VersionOperation) -> str:
    match operation:
        case ops.Undo(steps=steps):
            return f"Undid the latest {'edit' if steps == 1 else f'{steps} edits'}"
        case ops.Redo(steps=steps):
            return f"Did {'an edit' if steps == 1 else f'{steps} edits'} again that had been undone"
        case ops.RestoreBefore():
            return "Went back to an earlier version"


def _clip(position: int | None) -> str:
    if position is None:
        return "every clip"
    return "the last clip" if position == -1 else f"clip {position}"


def _shown(position: int | None) -> str:
    return "the video" if position is None else _clip(position)


def _position(at: int) -> str:
    return {1: "the start", -1: "the end"}.get(at, f"position {at}")


def _side(verb: str, ms: int | None) -> str:
    return "" if ms is None else f"{verb} {_moment(ms)}"


def _moment(ms: int) -> str:
    return f"{seconds(-ms)} before the end" if ms < 0 else f"at {seconds(ms)}"


def _inside(operation: ops.PartialOperation) -> str:
    if operation.start_ms is None and operation.end_ms is None:
        return ""
    return f" in {_stretch_words(operation.start_ms or 0, operation.end_ms)}"


def _stretch_words(start_ms: int, end_ms: int | None) -> str:
    if start_ms == 0 and end_ms is None:
        return "the whole video"
    if start_ms < 0 and end_ms is None:
        return f"the last {seconds(-start_ms)}"
    if start_ms == 0 and end_ms is not None and end_ms > 0:
        return f"the first {seconds(end_ms)}"
    end = "the end" if end_ms is None else _moment(end_ms).removeprefix("at ")
    return f"the stretch from {_moment(start_ms).removeprefix('at ')} to {end}"


def _listed(*items: str) -> str:
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1] if items else "")))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
