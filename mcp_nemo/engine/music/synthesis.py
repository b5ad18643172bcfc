"""From a score to sound. Nothing here decides what is played."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from mcp_nemo.engine.music import effects, sound, soundfont
from mcp_nemo.engine.music.bands import Band
from mcp_nemo.engine.music.dynamics import loudness_of
from mcp_nemo.engine.music.effects import BLOCK
from mcp_nemo.engine.music.instruments import INSTRUMENTS
from mcp_nemo.engine.music.mastering import mastered
from mcp_nemo.engine.music.score import Note, Part, Score
from mcp_nemo.engine.music.sound import RATE, Sound

_KICK_KEYS: Final = (35, 36)
_VELOCITY_LAYERS: Final = 8
_LENGTHS_A_SECOND: Final = 16
_SHELF_BYTES: Final = 64_000_000
# No note rings on for so long after it is held, nor a drum after it is struck.
_RINGING_MS: Final = 3100
_DRUM_SEND: Final = 0.14
_NOTE_LEVEL: Final = 0.09


def perform(score: Score, band: Band | None = None) -> Sound:
    """`performed` as a whole."""
    whole = np.empty((round(score.duration_ms * RATE / 1000), 2), np.float32)
    start = 0
    for block in performed(score, band):
        whole[start : start + len(block)] = block
        start += len(block)
    return whole


def performed(score: Score, band: Band | None = None) -> Iterator[Sound]:
    """(n, 2) samples at 48 kHz, together exactly as long as the score, at -16 LUFS and below the ceiling.

    Without a band, the best one on this machine plays.
    """
    return mastered(mixed(score, Shelf.of(score, band)), score)


class Shelf:
    """Notes rendered so far, each kind once; the longest unused leave when it gets full."""

    def __init__(self, seed: int, band: Band) -> None:
        self._seed = seed
        self._band = band
        self._notes: OrderedDict[tuple[str, int, int, int], Sound] = OrderedDict()
        self._bytes = 0

    @staticmethod
    def of(score: Score, band: Band | None) -> "Shelf":
        """Without a band, of the best one on this machine."""
        return Shelf(score.seed, soundfont.band() if band is None else band)

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


@dataclass(frozen=True, slots=True)
class _Placed:
    """A note in the mix: where it begins, in samples, and how loud on either side."""

    start: int
    sound: Sound
    gains: Sound

    @property
    def end(self) -> int:
        return self.start + int(self.sound.shape[1])


class _Player:
    """Plays a part from one block to the next, from sample `start` on."""

    def __init__(self, part: Part, shelf: Shelf, start: int) -> None:
        drummed = part.instrument == "drums"
        self._part = part
        self._shelf = shelf
        heard = (note for note in part.notes if _over(note) > start)
        self._waiting = sorted(heard, key=lambda note: note.start_ms, reverse=True)
        self._sounding: list[_Placed] = []
        self.send = np.float32(_DRUM_SEND if drummed else INSTRUMENTS[part.instrument].send)
        self.pushed = part.role in ("pad", "chords", "bass")

    def play(self, start: int) -> Sound:
        """(2, `BLOCK`) samples."""
        while self._waiting and _start(self._waiting[-1]) < start + BLOCK:
            self._sounding.append(self._placed(self._waiting.pop()))
        self._sounding = [placed for placed in self._sounding if placed.end > start]
        heard = np.zeros((2, BLOCK), np.float32)
        for placed in self._sounding:
            begin, end = max(placed.start, start), min(placed.end, start + BLOCK)
            note = placed.sound[:, begin - placed.start : end - placed.start]
            heard[:, begin - start : end - start] += note * placed.gains
        return heard

    def _placed(self, note: Note) -> _Placed:
        part = self._part
        is_spread = part.role not in ("bass", "drums")
        pan = max(-1.0, min(1.0, part.pan + (note.pitch - 62) / 90 * is_spread))
        angle = (pan + 1) * np.pi / 4
        gains = np.array([[np.cos(angle)], [np.sin(angle)]]) * loudness_of(note, part) * 2**0.5
        return _Placed(_start(note), self._shelf.take(part.instrument, note), gains.astype(np.float32))


def _start(note: Note) -> int:
    return round(note.start_ms * RATE / 1000)


def _over(note: Note) -> int:
    """By when it has died away for certain."""
    return round((note.start_ms + note.length_ms + _RINGING_MS) * RATE / 1000)


def mixed(score: Score, shelf: Shelf, first: int = 0, end: int | None = None) -> Iterator[Sound]:
    """(2, n) samples before they are mastered, in blocks; only the score's last is shorter than `BLOCK`.

    Blocks from `first` up to `end` have the same samples as when all is played.
    """
    length = round(score.duration_ms * RATE / 1000)
    # The room answers for a block what was heard in the one before.
    begin = max(0, first - 1) * BLOCK
    players = [_Player(part, shelf, begin) for part in score.parts]
    room = effects.Room(score.space, score.seed)
    pump = _Pump(score)
    answer = np.float32(0.35 + 0.65 * score.space)
    for start in range(begin, length if end is None else min(length, end * BLOCK), BLOCK):
        steady, pushed, send = (np.zeros((2, BLOCK), np.float32) for _ in range(3))
        for player in players:
            heard = player.play(start)
            side = pushed if player.pushed else steady
            side += heard
            send += player.send * heard
        if score.texture == "vinyl":
            steady += _vinyl(score.seed, start)
        block = steady + pushed * pump.gains(start) + answer * room.hear(send)
        if start >= first * BLOCK:
            yield block[:, : length - start]


class _Pump:
    """The kick drum pushes the held sounds down for a moment."""

    def __init__(self, score: Score) -> None:
        self._depth = score.pump
        kicks = [
            n.start_ms for p in score.parts if p.role == "drums" for n in p.notes if n.pitch in _KICK_KEYS
        ]
        self._kicks = np.array([-10.0, *(at / 1000 for at in kicks)])

    def gains(self, start: int) -> Sound:
        """For each sample of the block, or a single one where nothing is pushed."""
        if not self._depth:
            return np.ones(1, np.float32)
        time = np.arange(start, start + BLOCK) / RATE
        since = time - self._kicks[np.searchsorted(self._kicks, time, side="right") - 1]
        dip = np.exp(-since / 0.13) * np.minimum(since / 0.004, 1)
        return np.asarray(1 - self._depth * dip, np.float32)


def _vinyl(seed: int, start: int) -> Sound:
    """A needle's hiss and a crackle here and there."""
    random = np.random.default_rng([seed, start, 33])
    dust = (random.random(BLOCK) > 1 - 9 / RATE) * random.uniform(-0.05, 0.05, BLOCK)
    crackle = np.convolve(dust, np.exp(-np.arange(40) / 9.0), "same")
    return np.asarray(crackle + 0.0013 * sound.noise(BLOCK, 300, 6000, random), np.float32)
