"""From a score to sound. Nothing here decides what is played."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mcp_nemo.engine.music import effects, sound, soundfont
from mcp_nemo.engine.music.bands import Band
from mcp_nemo.engine.music.effects import BLOCK
from mcp_nemo.engine.music.instruments import INSTRUMENTS
from mcp_nemo.engine.music.loudness import loudness
from mcp_nemo.engine.music.score import Note, Part, Score
from mcp_nemo.engine.music.sound import RATE, Sound

TARGET_LUFS: Final = -16.0
CEILING: Final = 0.89
_KICK_KEYS: Final = (35, 36)
_VELOCITY_LAYERS: Final = 8
_LENGTHS_A_SECOND: Final = 16
_SHELF_BYTES: Final = 64_000_000
_DRUM_SEND: Final = 0.14
_DRUM_LEVEL: Final = 0.22
_NOTE_LEVEL: Final = 0.09


def perform(score: Score, band: Band | None = None) -> Sound:
    """(n, 2) samples at 48 kHz, exactly as long as the score, at -16 LUFS and below the ceiling.

    Without a band, the best one on this machine plays.
    """
    length = round(score.duration_ms * RATE / 1000)
    mixed = _mix(score, length, soundfont.band() if band is None else band)
    effects.compress(mixed)
    _fade(mixed, score)
    _master(mixed)
    return mixed


def _master(mixed: Sound) -> None:
    """Twice, because what the limiter takes off peaks is missing from the loudness."""
    for _ in range(2):
        measured = loudness(mixed)
        if not np.isfinite(measured):
            return
        mixed *= np.float32(10 ** ((TARGET_LUFS - measured) / 20))
        effects.limit(mixed, CEILING)


def _fade(mixed: Sound, score: Score) -> None:
    """Silence on the last frame, whatever still rings."""
    ending = score.duration_ms - score.sections[-1].start_ms
    out = round(min(0.6 * ending, 2500) * RATE / 1000)
    rise = min(240, len(mixed))
    mixed[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)[:, None]
    if out:
        mixed[-out:] *= (np.cos(np.linspace(0, np.pi, out, dtype=np.float32)) * 0.5 + 0.5)[:, None]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A note in the mix: where it begins, in samples, and how loud on either side and into the room."""

    start: int
    part: Part
    note: Note
    gains: NDArray[np.float32]
    send: float
    pushed: bool


class _Shelf:
    """Notes rendered so far, each kind once; the longest unused leave when it gets full."""

    def __init__(self, seed: int, band: Band) -> None:
        self._seed = seed
        self._band = band
        self._notes: OrderedDict[tuple[str, int, int, int], Sound] = OrderedDict()
        self._bytes = 0

    def take(self, instrument: str, note: Note) -> Sound:
        layer = max(1, round(note.velocity * _VELOCITY_LAYERS))
        length = max(1, round(note.length_ms / 1000 * _LENGTHS_A_SECOND))
        key = (instrument, note.pitch, layer, 0 if instrument == "drums" else length)
        if key in self._notes:
            self._notes.move_to_end(key)
        else:
            self._put(key, self._render(*key))
        return self._notes[key]

    def _put(self, key: tuple[str, int, int, int], rendered: Sound) -> None:
        self._notes[key] = rendered
        self._bytes += rendered.nbytes
        while self._bytes > _SHELF_BYTES and len(self._notes) > 1:
            self._bytes -= self._notes.popitem(last=False)[1].nbytes

    def _render(self, instrument: str, pitch: int, layer: int, length: int) -> Sound:
        random = np.random.default_rng([self._seed, pitch, layer, length])
        rendered = self._band.note(
            instrument, pitch, layer / _VELOCITY_LAYERS, length / _LENGTHS_A_SECOND, random
        )
        if instrument == "drums":
            return rendered
        # So that instruments weigh alike.
        rendered *= np.float32(_NOTE_LEVEL / sound.loudest(rendered))
        return rendered


def _placed(score: Score) -> Iterator[_Placed]:
    for part in score.parts:
        drummed = part.instrument == "drums"
        level = _DRUM_LEVEL if drummed else INSTRUMENTS[part.instrument].level
        send = _DRUM_SEND if drummed else INSTRUMENTS[part.instrument].send
        for note in part.notes:
            spread = 0.0 if part.role == "bass" else (note.pitch - 62) / 90
            pan = max(-1.0, min(1.0, part.pan + (0.0 if drummed else spread)))
            loud = part.volume * level * note.velocity**1.6
            angle = (pan + 1) * np.pi / 4
            gains = np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(loud * 2**0.5)
            start = round(note.start_ms * RATE / 1000)
            yield _Placed(start, part, note, gains, send, part.role in ("pad", "chords", "bass"))


def _mix(score: Score, length: int, band: Band) -> Sound:
    mixed = np.zeros((length, 2), np.float32)
    waiting = sorted(_placed(score), key=lambda placed: placed.start, reverse=True)
    sounding: list[tuple[_Placed, Sound]] = []
    shelf = _Shelf(score.seed, band)
    room = effects.Room(score.space, score.seed)
    pump = _Pump(score)
    for start in range(0, length, BLOCK):
        while waiting and waiting[-1].start < start + BLOCK:
            placed = waiting.pop()
            sounding.append((placed, shelf.take(placed.part.instrument, placed.note)))
        block = _mix_block(sounding, start, room, pump, score)
        mixed[start : start + BLOCK] = block[: length - start]
        sounding = [(placed, note) for placed, note in sounding if placed.start + len(note) > start + BLOCK]
    return mixed


def _mix_block(
    sounding: list[tuple[_Placed, Sound]], start: int, room: effects.Room, pump: "_Pump", score: Score
) -> Sound:
    steady, pushed, send = (np.zeros((BLOCK, 2), np.float32) for _ in range(3))
    for placed, note in sounding:
        begin, end = max(placed.start, start), min(placed.start + len(note), start + BLOCK)
        heard = note[begin - placed.start : end - placed.start] * placed.gains
        (pushed if placed.pushed else steady)[begin - start : end - start] += heard
        if placed.send:
            heard *= np.float32(placed.send)
            send[begin - start : end - start] += heard
    pushed *= pump.gains(start)
    if score.texture == "vinyl":
        steady += _vinyl(score.seed, start)
    return steady + pushed + room.hear(send) * np.float32(0.35 + 0.65 * score.space)


class _Pump:
    """The kick drum pushes the held sounds down for a moment."""

    def __init__(self, score: Score) -> None:
        self._depth = score.pump
        kicks = [
            n.start_ms for p in score.parts if p.role == "drums" for n in p.notes if n.pitch in _KICK_KEYS
        ]
        self._kicks = np.array([-10.0, *(at / 1000 for at in kicks)])

    def gains(self, start: int) -> Sound:
        """(`BLOCK`, 1), or a single one where nothing is pushed."""
        if not self._depth:
            return np.ones((1, 1), np.float32)
        time = np.arange(start, start + BLOCK) / RATE
        since = time - self._kicks[np.searchsorted(self._kicks, time, side="right") - 1]
        dip = np.exp(-since / 0.13) * np.minimum(since / 0.004, 1)
        return np.asarray(1 - self._depth * dip, np.float32)[:, None]


def _vinyl(seed: int, start: int) -> Sound:
    """A needle's hiss and a crackle here and there."""
    random = np.random.default_rng([seed, start, 33])
    dust = (random.random(BLOCK) > 1 - 9 / RATE) * random.uniform(-0.05, 0.05, BLOCK)
    crackle = np.convolve(dust, np.exp(-np.arange(40) / 9.0), "same")
    return np.asarray(crackle + 0.0013 * sound.noise(BLOCK, 300, 6000, random), np.float32)[:, None]
