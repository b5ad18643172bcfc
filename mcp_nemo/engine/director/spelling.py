"""Words with a slip of the finger in them, read as the one word they must be."""

from collections.abc import Collection
from typing import Final

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

SHORTEST: Final = 5
_LONG: Final = 6
_VERY_LONG: Final = 8


def corrected(word: str, vocabulary: Collection[str]) -> str | None:
    """The only word of the vocabulary that is near enough; none for short words, where many are near.

    In a word of five letters one may be missing, doubled or swapped with the next, but none be another:
    "horse" is no "house".
    """
    if len(word) < SHORTEST or not word.isascii() or not word.isalpha():
        return None
    slips = 2 if len(word) >= _VERY_LONG else 1
    near = extract(word, vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=None)
    candidates = [(distance, known) for known, distance, _ in near if _may_be(word, known)]
    nearest = min((distance for distance, _ in candidates), default=0)
    best = [known for distance, known in candidates if distance == nearest]
    return best[0] if len(best) == 1 else None


def _may_be(word: str, known: str) -> bool:
    if len(known) < SHORTEST - 1 or word[0] != known[0]:
        return False
    return len(word) >= _LONG or len(word) != len(known) or sorted(word) == sorted(known)
