import numpy as np
import pytest

from mcp_nemo.engine.music import effects
from mcp_nemo.engine.music.effects import BLOCK, LEVEL_HOP, PEAK_HOP, Gains, Room
from mcp_nemo.engine.music.sound import RATE, Sound


def clicks(size: float) -> Sound:
    sound = np.random.default_rng(1).normal(0, 0.05, (2, RATE)).astype(np.float32)
    sound[:, RATE // 3] = size
    sound[0, RATE // 2 : RATE // 2 + 200] = -size
    return sound


def by_sample(gains: Gains) -> Gains:
    places = (np.arange(len(gains)) + 0.5) * PEAK_HOP
    return np.interp(np.arange(len(gains) * PEAK_HOP), places, gains)


def test_the_limiter_holds_every_peak() -> None:
    sound = clicks(3.0)
    gains = by_sample(effects.limitation(effects.true_peaks(sound), 0.8))
    assert np.abs(sound * gains).max() <= 0.8001


def test_the_limiter_leaves_alone_what_is_low_enough() -> None:
    assert effects.limitation(effects.true_peaks(clicks(0.5)), 0.8).min() == 1


def test_the_limiter_acts_before_the_peak_and_lets_go_after_it() -> None:
    gains = by_sample(effects.limitation(effects.true_peaks(clicks(3.0)), 0.8))
    assert gains[RATE // 3 - 40] < 0.5
    assert gains[-1] > 0.9


@pytest.mark.parametrize("length", [RATE, RATE + 17])
def test_peaks_between_samples_are_seen(length: int) -> None:
    wave = np.sin(np.pi / 2 * np.arange(length) + np.pi / 4)
    sound = np.stack([wave, wave]).astype(np.float32)
    assert np.abs(sound).max() == pytest.approx(0.707, abs=0.001)
    assert np.median(effects.true_peaks(sound)) == pytest.approx(1, abs=0.02)


def test_compression_brings_loud_and_soft_together() -> None:
    loud_then_soft = np.full((2, 3 * RATE), 0.05, np.float32)
    loud_then_soft[:, : RATE // 2] = 0.5
    gains = effects.compression(effects.levels(loud_then_soft))
    assert gains[RATE // 2 // LEVEL_HOP - 1] / gains[-1] < 0.95


def test_a_room_answers_across_blocks() -> None:
    room = Room(space=0.5, seed=1)
    clap = np.zeros((2, BLOCK), np.float32)
    clap[:, BLOCK - 1000] = 1
    silence = np.zeros((2, BLOCK), np.float32)
    first, second, third = room.hear(clap), room.hear(silence), room.hear(silence)
    assert np.abs(first[:, : BLOCK - 1000]).max() < 1e-5
    energy = [float(np.square(second[:, at : at + RATE // 2]).sum()) for at in (0, RATE // 2, RATE)]
    assert energy[0] > 3 * energy[1] > 9 * energy[2] > 0
    assert np.abs(third).max() < 1e-3
