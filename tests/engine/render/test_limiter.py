import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.engine.render.limiter import CEILING, HOP, PeakMeter, envelope, held
from tests.media import Samples, tone


def peaks_of(sound: Samples, block: int) -> Samples:
    meter = PeakMeter()
    told = [meter.peaks(sound[start : start + block]) for start in range(0, len(sound), block)]
    return np.concatenate((*told, meter.rest()))


def limited(sound: Samples, ceiling: float = CEILING, block: int = 4800) -> Samples:
    return held(sound, envelope(peaks_of(sound, block), ceiling))


@given(
    peaks=st.lists(st.floats(0, 8), min_size=1, max_size=30),
    block=st.sampled_from([48, 480, 4800]),
    odd=st.integers(1, 500),
)
def test_never_exceeds_the_ceiling_nor_loses_a_sample(peaks: list[float], block: int, odd: int) -> None:
    noise = np.random.default_rng(1).uniform(-1, 1, (len(peaks) * 500 + odd, 2))
    levels = np.append(np.repeat(peaks, 500), np.zeros(odd))
    sound = (noise * levels[:, None]).astype(np.float32)

    out = limited(sound, block=block)

    assert out.shape == sound.shape
    assert np.abs(out).max() <= CEILING + 1e-6


def test_what_is_soft_enough_passes_unchanged() -> None:
    sound = tone(0.5, 440, peak=0.8)

    assert np.array_equal(limited(sound), sound)


@pytest.mark.parametrize("ceiling", [0.5, 0.75])
def test_holds_what_rises_between_samples(ceiling: float) -> None:
    """A quarter of the rate, sampled beside its crests: the wave is 3 dB higher than any sample."""
    wave = np.sin(np.pi / 2 * np.arange(48_000) + np.pi / 4).astype(np.float32)

    out = limited(np.stack((wave, wave), axis=1), ceiling)

    assert np.abs(out[480:-480]).max() == pytest.approx(ceiling * 0.5**0.5, rel=0.02)


@pytest.mark.parametrize("block", [47, 48, 960, 4800])
def test_blocks_make_no_difference(block: int) -> None:
    sound = tone(0.5, 100, peak=0.5)
    sound[9000:9400] *= 6

    assert np.allclose(peaks_of(sound, block), peaks_of(sound, len(sound)), atol=1e-6)


def test_a_peak_is_known_for_each_hop_and_the_rest() -> None:
    sound = np.zeros((10 * HOP + 1, 2), np.float32)
    sound[3 * HOP + 20] = 0.5
    sound[-1] = 0.25

    peaks = peaks_of(sound, 100)

    assert len(peaks) == 11
    assert peaks[3] == 0.5 and peaks[-1] == 0.25


def test_the_slow_rise_goes_on_for_long() -> None:
    """Longer than what is worked on at once, which is a minute."""
    peaks = np.zeros(60_100, np.float32)
    peaks[59_990] = 10

    edges = envelope(peaks, 1)

    assert edges[59_991:60_190] == pytest.approx(np.arange(0.1, 1, 0.005)[: len(edges) - 59_991], abs=1e-4)


def test_turns_down_before_a_peak_and_comes_back_after_it() -> None:
    sound = np.full((48_000, 2), 0.5, np.float32)
    sound[24_000:24_100] = 1.78

    gain = limited(sound)[:, 0] / sound[:, 0]

    assert gain[24_000 - 480] == 1
    assert gain[24_000 - 24] < 0.7
    assert np.abs(np.diff(gain)).max() < 0.005
    assert gain[24_100 + 12_000] == pytest.approx(1)
