"""Sentences for what was done."""

import pytest

from mcp_nemo.engine import operations as ops
from mcp_nemo.engine.describing import describe

SOUND = [
    (
        ops.AddMusic(mood="calm", fade_out_ms=2000),
        "Added calm music under the whole video at 40%, fading out over the last 2 s.",
    ),
    (
        ops.AddMusic(mood="epic", style="piano", end_ms=5000, volume=1),
        "Added epic piano music under the first 5 s at 100%.",
    ),
    (
        ops.AddMusic(mood="sad", style="piano", instruments=("piano", "strings"), tempo_bpm=72.5, duck=True),
        "Added sad music with piano and strings at 72.5 BPM under the whole video at 40%, "
        "making way for speech.",
    ),
    (ops.ReplaceMusic(mood="sad"), "Replaced the music with sad music."),
    (ops.UseAudio(media_id="x", start_ms=-5000), "Added your audio under the last 5 s at 40%."),
    (
        ops.UseAudio(media_id="x", loop=True),
        "Added your audio under the whole video at 40%, again and again.",
    ),
    (
        ops.MoveMusic(start_ms=5000, end_ms=-2000),
        "The music now starts at 5 s and ends 2 s before the end.",
    ),
    (ops.RemoveMusic(), "Removed the music."),
    (ops.Duck(), "The music now makes way for speech."),
    (ops.Duck(on=False), "The music no longer makes way for speech."),
    (ops.SetVolume(target="clips", volume=0), "Muted the video's own sound."),
    (ops.SetVolume(target="music", volume=0.35), "Set the music to 35%."),
    (ops.SetVolume(target="clips", clip=-1, volume=0.5), "Set the sound of the last clip to 50%."),
    (ops.ChangeVolume(target="music", factor=0.8), "Made the music quieter."),
    (
        ops.ChangeVolume(target="music", factor=0.8, start_ms=5000, end_ms=10_000),
        "Made the music quieter in the stretch from 5 s to 10 s.",
    ),
    (
        ops.SetVolume(target="clips", volume=0, end_ms=2000),
        "Muted the video's own sound in the first 2 s.",
    ),
    (
        ops.Fade(target="music", in_ms=500, out_ms=0),
        "The music now fades in over 0.5 s and does not fade out.",
    ),
    (ops.Fade(target="clips", clip=2, in_ms=500), "The sound of clip 2 now fades in over 0.5 s."),
]

TITLES = [
    (ops.AddTitle(text="Hi"), 'Added the title "Hi" in the middle for the first 3 s.'),
    (ops.AddTitle(text="Hi", end_ms=None), 'Added the title "Hi" in the middle for the whole video.'),
    (
        ops.ChangeTitle(title="Hi", place="top", duration_ms=4000),
        'Changed the title "Hi": it stands at the top and it lasts 4 s.',
    ),
    (
        ops.ChangeTitle(size="large", color="#FFEE00", bold=True, background="", fade_in_ms=500),
        "Changed the title: it is large, its colour is #FFEE00, it is bold, it has no box "
        "and it fades in over 0.5 s.",
    ),
    (ops.RemoveTitle(), "Removed the title."),
    (ops.RemoveTitle(title=None), "Removed every title."),
    (ops.ChangeTitle(title=None, size="large"), "Changed every title: it is large."),
    (
        ops.AddCaptions(captions=(ops.Caption(start_ms=0, end_ms=900, text="Hi"),) * 2),
        "Added 2 captions.",
    ),
]

CUTS = [
    (ops.Cut(start_ms=-5000), "Cut out the last 5 s."),
    (ops.Cut(start_ms=20_000), "Cut out the stretch from 20 s to the end."),
    (ops.Keep(start_ms=5000, end_ms=15_000), "Kept only the stretch from 5 s to 15 s."),
    (ops.Split(at_ms=-5000), "Split the video 5 s before the end."),
    (
        ops.TrimClip(clip=1, start_ms=2000, end_ms=500),
        "Took 2 s off the start and 0.5 s off the end of clip 1.",
    ),
    (ops.SetClipLength(duration_ms=3000), "Every clip now lasts 3 s."),
    (ops.SetLength(duration_ms=15_000), "The video now ends after 15 s."),
    (ops.CutOnBeats(), "The cuts now fall on the beats of the music."),
    (ops.MoveClip(clip=3, to=1), "Moved clip 3 to the start."),
    (ops.SwapClips(clip=1, other=-1), "Swapped clip 1 and the last clip."),
    (ops.ReverseOrder(), "Reversed the order of the clips."),
    (ops.DuplicateClip(clip=1), "Put a copy of clip 1 right behind it."),
    (ops.DuplicateClip(clip=1, to=-1), "Put a copy of clip 1 at the end."),
    (ops.RemoveClip(clip=2), "Removed clip 2."),
    (ops.InsertMedia(media_id="x", at=2, duration_ms=4000), "Put your upload in at position 2, for 4 s."),
]

PICTURE = [
    (ops.SetSpeed(factor=0.5), "The video now plays at 0.5 times the speed."),
    (ops.Crossfade(duration_ms=1000), "Added a crossfade of 1 s between the clips."),
    (ops.Crossfade(duration_ms=0, clip=2), "No more crossfade into clip 2."),
    (
        ops.FadePicture(in_ms=1000, out_ms=0),
        "The picture now fades from black over 1 s and does not fade to black.",
    ),
    (
        ops.FadePicture(in_ms=1000, out_ms=500, color="white", out_color="black"),
        "The picture now fades from white over 1 s and fades to black over 0.5 s.",
    ),
    (
        ops.SetCanvas(width=1080, height=1920, fit="cover"),
        "The canvas is now 1080x1920, the clips filling it.",
    ),
    (ops.SetBackdrop(kind="waveform"), "The picture now shows the waveform."),
    (ops.Rotate(degrees=270), "Turned the video a quarter to the left."),
    (ops.Rotate(clip=2, degrees=180), "Turned clip 2 upside down."),
    (ops.Flip(axis="horizontal"), "Mirrored the video left to right."),
    (ops.Crop(left=0.1, bottom=0.2), "Cropped the video by 10% at the left and 20% at the bottom."),
    (ops.Crop(), "Showed all of the video again."),
    (ops.Zoom(clip=1), "Clip 1 now zooms from 100% to 120%."),
    (ops.Zoom(clip=1, end=1), "No more zoom in clip 1."),
    (ops.Look(brightness=0.2, warmth=-0.1), "Made the video brighter and cooler."),
    (ops.Look(saturation=-1), "Made the video black and white."),
    (ops.ResetLook(), "The video now looks as recorded."),
    (ops.ResetLook(end_ms=3000), "The video now looks as recorded in the first 3 s."),
    (
        ops.Look(saturation=-1, start_ms=5000, end_ms=8000),
        "Made the video black and white in the stretch from 5 s to 8 s.",
    ),
    (ops.Zoom(clip=2, start_ms=-2000), "Clip 2 now zooms from 100% to 120% in the last 2 s."),
    (
        ops.SetSpeed(factor=2, start_ms=5000),
        "The video now plays at 2 times the speed in the stretch from 5 s to the end.",
    ),
    (ops.AddOverlay(media_id="x"), "Laid your picture in the top right corner over the whole video."),
    (
        ops.ChangeOverlay(overlay="logo.png", width=0.1, opacity=0.5),
        "Changed logo.png over the video: it is 10% wide and it is 50% opaque.",
    ),
    (ops.RemoveOverlay(), "Removed the picture over the video."),
    (ops.Undo(), "Undid the latest edit."),
    (ops.Undo(steps=3), "Undid the latest 3 edits."),
]


@pytest.mark.parametrize(("operation", "sentence"), [*SOUND, *TITLES, *CUTS, *PICTURE])
def test_describing(operation: ops.Operation, sentence: str) -> None:
    assert describe(operation) == sentence
