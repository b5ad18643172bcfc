"""What render.py measures moviepy by: music laid under a film. Arguments: film, song, target."""

import sys

from moviepy import AudioFileClip, CompositeAudioClip, VideoFileClip, afx

film, song, target = sys.argv[1:]
video = VideoFileClip(film)
effects = [afx.MultiplyVolume(0.35), afx.AudioFadeIn(1), afx.AudioFadeOut(2)]
music = AudioFileClip(song).subclipped(0, video.duration).with_effects(effects)
video.with_audio(CompositeAudioClip([video.audio, music])).write_videofile(
    target,
    codec="libx264",
    preset="veryfast",
    ffmpeg_params=["-crf", "20"],
    audio_codec="aac",
    audio_bitrate="192k",
    logger=None,
)
