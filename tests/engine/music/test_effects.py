import numpy as np
import pytest

from mcp_nemo.engine.music import effects
from mcp_nemo.engine.music.effects import BLOCK, Room
from mcp_nemo.engine.music.sound import RATE, Sound


def clicks(size: float) -> Sound:
    sound = np.random.default_rng(1).normal(0, 0.05, (RATE, 2)).astype(np.float32)
    sound[RATE // 3] = size
    sound[RATE // 2 : RATE // 2 + 200, 0] = -size
    return sound


def test_the_limiter_holds_every_peak() -> None:
    sound = clicks(3.0)
    effects.limit(sound, 0.8)
    assert np.abs(sound).max() <= 0.8001


def test_the_limiter_leaves_alone_what_is_low_enough() -> None:
    sound = clicks(0.5)
    before = sound.copy()
    effects.limit(sound, 0.8)
    assert np.array_equal(sound, before)


def test_the_limiter_acts_before_the_peak_and_lets_go_after_it() -> None:
    sound = clicks(3.0)
    effects.limit(sound, 0.8)
    untouched = clicks(3.0)
    gain = np.abs(sound).sum(axis=1) / np.abs(untouched).sum(axis=1)
    assert gain[RATE // 3 - 40] < 0.5
    assert gain[-1] > 0.9


def test_the_limiter_sees_peaks_between_samples() -> None:
    wave = np.sin(np.pi / 2 * np.arange(RATE) + np.pi / 4)
    sound = np.stack([wave, wave], axis=1).astype(np.float32)
    assert np.abs(sound).max() == pytest.approx(0.707, abs=0.001)
    effects.limit(sound, 0.8)
    assert np.abs(sound).max() == pytest.approx(0.8 * 0.707, abs=0.02)


def test_compression_brings_loud_and_soft_together() -> None:
    loud_then_soft = np.full((3 * RATE, 2), 0.05, np.float32)
    loud_then_soft[: RATE // 2] = 0.5
    effects.compress(loud_then_soft)
    assert loud_then_soft[RATE // 2 - 500, 0] / loud_then_soft[-1, 0] < 9.5


def test_a_room_answers_across_blocks() -> None:
    room = Room(space=0.5, seed=1)
    clap = np.zeros((BLOCK, 2), np.float32)
    clap[BLOCK - 1000] = 1
    silence = np.zeros((BLOCK, 2), np.float32)
    first, second, third = room.hear(clap), room.hear(silence), room.hear(silence)
    assert np.abs(first[: BLOCK - 1000]).max() < 1e-5
    energy = [float(np.square(second[at : at + RATE // 2]).sum()) for at in (0, RATE // 2, RATE)]
    assert energy[0] > 3 * energy[1] > 9 * energy[2] > 0
    assert np.abs(third).max() < 1e-3
