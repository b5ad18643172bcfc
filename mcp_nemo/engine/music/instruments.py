"""The instruments: three ways of making a note, and a table of settings for each.

A note comes back as (1, n) or (2, n) float32, longer than it is held by what it rings on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from mcp_nemo.engine.music import sound
from mcp_nemo.engine.music.sound import RATE, Random, Sound


class Instrument(Protocol):
    @property
    def level(self) -> float:
        """A factor on its loudness beside the others'."""

    @property
    def send(self) -> float:
        """How much of it goes into the room."""

    def note(self, hertz: float, velocity: float, held: float, random: Random) -> Sound: ...


_STRUCK_PARTIALS: Final = 40
_REFERENCE_HZ: Final = 220.0
_LOUDSPEAKER_HZ: Final = 4000.0


@dataclass(frozen=True, slots=True)
class Struck:
    """Strings, bars and bells, as sums of partials that die away.

    `decay` is the fundamental's, in seconds down to -60 dB at 220 Hz; higher notes ring shorter by
    `slope`, higher partials by `damping`. `point` is where the string is struck or plucked, as a part of
    its length. `ratios` are partials that are not harmonic, with their `strengths`. `dark` and `bright`
    are where the spectrum falls off, in Hz, at the softest and the hardest touch. `knock` is the noise of
    the touch, `overdrive` how hard an amplifier is driven whose loudspeaker ends at 4 kHz.
    """

    decay: float
    level: float = 1.0
    send: float = 0.3
    slope: float = 0.6
    damping: float = 0.3
    point: float = 0.0
    tilt: float = 1.0
    dark: float = 900.0
    bright: float = 5000.0
    stiffness: float = 0.0
    ratios: tuple[float, ...] = ()
    strengths: tuple[float, ...] = ()
    chorus_cents: float = 0.0
    afterglow: float = 0.0
    release: float = 0.25
    knock: float = 0.0
    knock_hz: float = 2500.0
    tremolo_hz: float = 0.0
    overdrive: float = 0.0

    def note(self, hertz: float, velocity: float, held: float, random: Random) -> Sound:
        numbers, amplitudes = self._partials(hertz, velocity)
        decay = self.decay * (_REFERENCE_HZ / hertz) ** self.slope
        decays = decay / 6.9 / (1 + self.damping * (numbers - 1))
        length = sound.samples(min(held + self.release, decay * (2.5 if self.afterglow else 1.0)))
        tone = self._ring(hertz * numbers, amplitudes, decays, length, random)
        tone = tone / (np.abs(tone).max() + 1e-9)
        if self.knock:
            blow = min(length, sound.samples(0.06))
            tone[:blow] += (
                self.knock * velocity * sound.noise(blow, 80, self.knock_hz, random) * sound.fall(blow, 0.05)
            )
        if self.overdrive:
            tone = sound.passed_below(_LOUDSPEAKER_HZ, np.tanh(np.float32(self.overdrive * velocity) * tone))
        if self.tremolo_hz:
            tone *= 1 - 0.18 * (1 - np.cos(2 * np.pi * self.tremolo_hz * sound.seconds(length)))
        tone *= sound.rise_and_release(length, 0.001, held, self.release)
        return sound.fade_edges(tone)[None]

    def _partials(self, hertz: float, velocity: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        if self.ratios:
            audible = [(r, s) for r, s in zip(self.ratios, self.strengths, strict=True) if r * hertz < 18_000]
            numbers, amplitudes = np.array(audible or [(1.0, 1.0)]).T
        else:
            order = sound.harmonics(hertz, _STRUCK_PARTIALS)
            numbers = order * np.sqrt(1 + self.stiffness * order**2)
            amplitudes = order**-self.tilt
            if self.point:
                amplitudes = amplitudes * np.abs(np.sin(np.pi * order * self.point))
        edge = self.dark + (self.bright - self.dark) * velocity**1.5
        return numbers, amplitudes * np.exp(-numbers * hertz / edge)

    def _ring(
        self,
        hertz: NDArray[np.float64],
        amplitudes: NDArray[np.float64],
        decays: NDArray[np.float64],
        length: int,
        random: Random,
    ) -> Sound:
        if not self.chorus_cents:
            return sound.ring(hertz, amplitudes, decays, length)
        spread = 2 ** (self.chorus_cents * random.uniform(0.6, 1.4, len(hertz)) / 1200)
        glow = max(self.afterglow, 0.5)
        return sound.ring(
            np.concatenate([hertz, hertz * spread]),
            np.concatenate([amplitudes, amplitudes * glow]),
            np.concatenate([decays, decays * (2.5 if self.afterglow else 1.0)]),
            length,
        )


_SUSTAINED_PARTIALS: Final = 60
_PHASE_STEP: Final = 128
_BREATH: Final = 1 << 16
_ACROSS: Final = np.float32(0.25)


@dataclass(frozen=True, slots=True)
class Sustained:
    """Bows, breath, pipes and oscillators: several players, each a little out of tune, left and right.

    The spectrum falls off at `dark` Hz and opens to `bright` with the touch. With `closing` it starts
    open and closes in so many seconds, as a synthesiser's filter does; without, it opens as the note
    swells. `odd` is how much of the even harmonics is missing.
    """

    tilt: float = 1.0
    level: float = 1.0
    send: float = 0.3
    dark: float = 700.0
    bright: float = 3000.0
    players: int = 3
    detune_cents: float = 8.0
    vibrato_cents: float = 0.0
    attack: float = 0.05
    release: float = 0.3
    closing: float = 0.0
    sustain: float = 1.0
    odd: float = 0.0
    breath: float = 0.0
    drawbars: tuple[float, ...] = ()

    def note(self, hertz: float, velocity: float, held: float, random: Random) -> Sound:
        length = sound.samples(held + self.release)
        waves = self._waves(hertz, velocity, random)
        opening = self._opening(length)
        sides = np.zeros((1 if self.players == 1 else 2, length), np.float32)
        for player in range(self.players):
            turned = sound.turn(self._phase(hertz, player, length, random), waves)
            sides[player % len(sides)] += turned.real + opening * turned.imag
        if self.breath:
            sides += self.breath * np.resize(sound.noise(_BREATH, hertz, 6 * hertz, random), length)
        sides *= self._envelope(length, held)
        if len(sides) == 2:
            # Both ears hear everybody, or little is left of them on one loudspeaker.
            sides += _ACROSS * sides[::-1]
        return sound.fade_edges(sides)

    def _waves(self, hertz: float, velocity: float, random: Random) -> NDArray[np.complex64]:
        """The wave with the filter closed, and as imaginary part what opening it adds."""
        order = sound.harmonics(hertz, len(self.drawbars) or _SUSTAINED_PARTIALS)
        plain = np.array(self.drawbars[: len(order)]) if self.drawbars else order**-self.tilt
        plain = np.where(order % 2 == 0, plain * (1 - self.odd), plain)
        edge = self.dark + (self.bright - self.dark) * velocity
        phases = random.integers(1 << 30)
        closed, opened = (
            sound.table(plain * np.exp(-order * hertz / limit), np.random.default_rng(phases))
            for limit in (max(self.dark, hertz), max(edge, hertz))
        )
        return np.asarray(closed + 1j * (opened - closed), np.complex64)

    def _opening(self, length: int) -> Sound:
        if self.closing:
            return sound.fall(length, self.closing)
        return np.asarray(np.minimum(sound.seconds(length) / max(2 * self.attack, 0.02), 1), np.float32)

    def _phase(self, hertz: float, player: int, length: int, random: Random) -> Sound:
        place = 0.0 if self.players == 1 else 2 * player / (self.players - 1) - 1
        tuned = hertz * 2 ** (place * self.detune_cents / 1200)
        # Vibrato is slow: the phase is worked out now and then, and is straight in between.
        points = np.arange(0, length + _PHASE_STEP, _PHASE_STEP)
        time = points / RATE
        cycles = tuned * time + random.uniform()
        if self.vibrato_cents:
            rate = random.uniform(4.8, 5.8)
            depth = tuned * (2 ** (self.vibrato_cents / 1200) - 1) / (2 * np.pi * rate)
            swell = np.clip((time - 0.25) / 0.5, 0, 1)
            cycles += depth * swell * np.sin(2 * np.pi * (rate * time + random.uniform()))
        begun, faster = (cycles[:-1] % 1).astype(np.float32), np.diff(cycles / _PHASE_STEP).astype(np.float32)
        steps = np.arange(_PHASE_STEP, dtype=np.float32)
        return (begun[:, None] + faster[:, None] * steps).reshape(-1)[:length]

    def _envelope(self, length: int, held: float) -> Sound:
        envelope = sound.rise_and_release(length, self.attack, held, self.release)
        if self.sustain < 1:
            envelope *= self.sustain + (1 - self.sustain) * sound.fall(length, 0.9)
        return envelope


@dataclass(frozen=True, slots=True)
class Tine:
    """An electric piano by frequency modulation: a body, and a tine that is heard when it is hit hard."""

    decay: float = 4.5
    level: float = 1.0
    send: float = 0.3
    release: float = 0.22

    def note(self, hertz: float, velocity: float, held: float, random: Random) -> Sound:
        decay = self.decay * (_REFERENCE_HZ / hertz) ** 0.5
        length = sound.samples(min(held + self.release, decay))
        turns = 2 * np.pi * hertz * np.arange(length) / RATE
        body = np.sin(turns + (0.3 + 1.1 * velocity) * sound.fall(length, 0.5 * decay) * np.sin(turns))
        tine = np.sin(turns + 0.9 * velocity * sound.fall(length, 0.25) * np.sin(14 * turns))
        tone = (0.75 * body + 0.3 * tine) * sound.fall(length, decay)
        tone = np.asarray(tone * sound.rise_and_release(length, 0.003, held, self.release), np.float32)
        sway = 0.12 * np.sin(np.float32(2 * np.pi * 4.6) * sound.seconds(length))
        return sound.fade_edges(tone * (1 + sway * np.array([[1], [-1]], np.float32)))


_BELL: Final = (1.0, 2.0, 2.4, 3.0, 4.1, 5.4, 6.8)
_BELL_STRENGTHS: Final = (1.0, 0.55, 0.3, 0.32, 0.26, 0.18, 0.12)

INSTRUMENTS: Final[Mapping[str, Instrument]] = {
    "piano": Struck(
        decay=7.0, damping=0.22, point=0.12, tilt=0.7, dark=1100, bright=8000, stiffness=0.0004,
        chorus_cents=0.9, afterglow=0.35, release=0.35, knock=0.05, knock_hz=1200,
    ),
    "keys": Tine(),
    "guitar": Struck(
        decay=3.2, damping=0.16, point=0.17, tilt=0.9, dark=2200, bright=9500, stiffness=0.0001,
        chorus_cents=1.5, release=0.3, knock=0.06, knock_hz=5000,
    ),
    "nylon guitar": Struck(
        decay=3.0, damping=0.3, point=0.24, tilt=1.0, dark=1500, bright=7500, release=0.3, knock=0.05,
        knock_hz=3500,
    ),
    "muted guitar": Struck(
        level=1.5, decay=0.55, damping=0.35, point=0.1, tilt=0.8, dark=1500, bright=7000, release=0.15,
        knock=0.08, knock_hz=3000,
    ),
    "electric guitar": Struck(
        level=0.8, decay=6.0, damping=0.08, point=0.13, tilt=0.8, dark=1200, bright=4500, release=0.12,
        overdrive=9.0, chorus_cents=1.5, send=0.2,
    ),
    "pizzicato": Struck(
        decay=0.7, damping=0.35, point=0.2, tilt=1.0, dark=1500, bright=7000, chorus_cents=6, release=0.3,
        knock=0.06, knock_hz=1200, send=0.45,
    ),
    "marimba": Struck(
        level=1.4, decay=0.9, ratios=(1.0, 3.98, 9.2), strengths=(1.0, 0.4, 0.18), damping=0.4, dark=2500,
        bright=9000, release=0.4, knock=0.09, knock_hz=4000,
    ),
    "vibraphone": Struck(
        decay=4.5, ratios=(1.0, 4.0, 10.0), strengths=(1.0, 0.45, 0.25), damping=0.35, dark=3000,
        bright=9000, release=0.9, tremolo_hz=4.8, send=0.45,
    ),
    "glockenspiel": Struck(
        decay=4.0, ratios=(1.0, 2.76, 5.4), strengths=(1.0, 0.3, 0.12), damping=0.4, dark=5000,
        bright=14000, release=0.8, send=0.4,
    ),
    "bells": Struck(
        decay=6.0, ratios=_BELL, strengths=_BELL_STRENGTHS, damping=0.3, dark=2500, bright=8000,
        chorus_cents=1.2, release=2.0, send=0.6,
    ),
    "round bass": Struck(
        decay=3.5, slope=0.3, damping=0.6, point=0.3, tilt=1.2, dark=450, bright=1300, release=0.12,
        send=0.03,
    ),
    "finger bass": Struck(
        decay=2.6, slope=0.3, damping=0.3, point=0.22, tilt=1.0, dark=500, bright=2600, release=0.1,
        knock=0.03, knock_hz=900, send=0.03,
    ),
    "upright bass": Struck(
        decay=2.0, slope=0.3, damping=0.4, point=0.2, tilt=1.0, dark=450, bright=1300, release=0.12,
        knock=0.06, knock_hz=700, send=0.08,
    ),
    "strings": Sustained(
        level=0.75, tilt=1.0, dark=1800, bright=8500, players=6, detune_cents=11, vibrato_cents=9,
        attack=0.16, release=0.5, breath=0.02, send=0.5,
    ),
    "low strings": Sustained(
        level=0.9, tilt=1.0, dark=800, bright=3400, players=4, detune_cents=9, vibrato_cents=6,
        attack=0.14, release=0.45, breath=0.02, send=0.4,
    ),
    "short strings": Sustained(
        level=1.3, tilt=1.0, dark=1200, bright=5200, players=4, detune_cents=10, attack=0.025,
        release=0.18, sustain=0.35, send=0.45,
    ),
    "brass": Sustained(
        level=0.75, tilt=0.8, dark=700, bright=3800, players=4, detune_cents=7, vibrato_cents=5,
        attack=0.07, release=0.3, send=0.5,
    ),
    "organ": Sustained(
        drawbars=(1.0, 0.7, 0.35, 0.4, 0.06, 0.16, 0.0, 0.14), dark=6000, bright=8000, players=3,
        detune_cents=3, attack=0.012, release=0.12,
    ),
    "warm pad": Sustained(
        tilt=1.15, dark=800, bright=4200, players=4, detune_cents=9, vibrato_cents=3, attack=0.5,
        release=1.2, send=0.5,
    ),
    "dark pad": Sustained(
        level=0.8, tilt=1.1, dark=220, bright=1100, players=4, detune_cents=14, attack=0.7, release=1.4,
        breath=0.05, send=0.6,
    ),
    "saw pad": Sustained(
        tilt=0.9, dark=1000, bright=4600, players=6, detune_cents=16, attack=0.12, release=0.5, send=0.45,
    ),
    "synth lead": Sustained(
        level=0.85, tilt=0.9, dark=1200, bright=6000, players=4, detune_cents=10, attack=0.01,
        release=0.25, closing=0.9, sustain=0.55, send=0.4,
    ),
    "synth pluck": Sustained(
        tilt=0.9, dark=500, bright=7000, players=4, detune_cents=9, attack=0.004, release=0.3,
        closing=0.3, sustain=0.1, send=0.45,
    ),
    "synth bass": Sustained(
        tilt=0.9, dark=180, bright=1500, players=1, attack=0.004, release=0.08, closing=0.35, sustain=0.7,
        send=0.0,
    ),
    "sub bass": Sustained(
        level=0.55, tilt=2.2, dark=150, bright=260, players=1, attack=0.03, release=0.25, send=0.05,
    ),
}  # fmt: skip
