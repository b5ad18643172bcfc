"""The cases of ITU-R BS.1770 and EBU Tech 3341 that need no more than sines."""

import numpy as np
import pytest

from mcp_nemo.engine.music.loudness import loudness
from mcp_nemo.engine.music.sound import RATE, Sound


def sine(seconds: float, decibels: float, hertz: float = 997) -> Sound:
    wave = 10 ** (decibels / 20) * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def test_one_channel_at_full_scale() -> None:
    sound = sine(5, 0)
    sound[:, 1] = 0
    assert loudness(sound) == pytest.approx(-3.01, abs=0.05)


@pytest.mark.parametrize("decibels", [-23, -33])
def test_both_channels(decibels: float) -> None:
    assert loudness(sine(20, decibels)) == pytest.approx(decibels, abs=0.05)


def test_what_is_quiet_between_is_gated_out() -> None:
    sound = np.concatenate([sine(5, -36), sine(20, -23), sine(5, -36)])
    assert loudness(sound) == pytest.approx(-23, abs=0.1)


def test_bass_weighs_less_than_treble() -> None:
    assert loudness(sine(2, -20, 40)) < loudness(sine(2, -20)) - 3 < loudness(sine(2, -20, 4000)) - 3


def test_silence_has_no_loudness() -> None:
    assert loudness(np.zeros((RATE, 2), np.float32)) == float("-inf")


def test_less_than_a_block_is_measured_whole() -> None:
    assert loudness(sine(0.15, -20)) == pytest.approx(-20, abs=1)
