"""Whether a reply waits for an answer."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from pydantic import BaseModel

from mcp_nemo.studio.phrasebook import INERT
from mcp_nemo.studio.wording import clean

# A longer reply asks at its end.
_LONGEST: Final = 20_000


def asks(reply: str) -> bool:
    """Whether it puts a question to its reader; a courtesy ("Anything else?") is none."""
    sentences = list(_sentences(clean(reply)[-_LONGEST:]))
    return any(_is_question(sentence, at_end=sentence is sentences[-1]) for sentence in sentences)


def _sentences(text: str) -> Iterator[str]:
    """In lower case, without what is quoted."""
    for found in _SENTENCE.finditer(_SILENT.sub(" … ", text).lower().replace("’", "'")):
        if any(map(str.isalnum, found[0])):
            yield found[0]


def _is_question(sentence: str, *, at_end: bool) -> bool:
    words = _words()
    if words.rhetorical.found_in(sentence):
        return False
    if sentence.endswith(("?", "？")):
        return at_end or words.put_to_reader.found_in(sentence)
    requests = words.request.begins(sentence) and not words.offer.found_in(sentence)
    return requests or words.ending.ends(sentence)


_SILENT: Final = re.compile(INERT)
_SENTENCE: Final = re.compile(r"[^.!?。！？\n]+[.!?。！？]*")
_FIRST: Final = r"^[\W\d_]*(?:(?:so|and|also|but|just|then|first|now|before i start|please)\b\W*)*"
_LEAD: Final = rf"(?:{_FIRST}|\bplease |\b(?=please ))"


class _Spellings(BaseModel, frozen=True):
    en: tuple[str, ...]
    zh: tuple[str, ...]

    def found_in(self, sentence: str) -> bool:
        return bool(_anywhere(self).search(sentence))

    def begins(self, sentence: str) -> bool:
        """In English at the beginning or after "please"; in Chinese anywhere."""
        return bool(_beginning(self).search(sentence))

    def ends(self, sentence: str) -> bool:
        return sentence.rstrip(_TRAILING).endswith((*self.en, *self.zh))


_TRAILING: Final = " \t.。!！~～*_)）"


class _Words(BaseModel):
    """What `questions.toml` holds."""

    rhetorical: _Spellings
    put_to_reader: _Spellings
    request: _Spellings
    offer: _Spellings
    ending: _Spellings


@cache
def _words() -> _Words:
    return _Words.model_validate(
        tomllib.loads(files(__package__).joinpath("questions.toml").read_text("utf-8"))
    )


@cache
def _anywhere(words: _Spellings) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{'|'.join(words.en)})(?![a-z])|{'|'.join(words.zh)}")


@cache
def _beginning(words: _Spellings) -> re.Pattern[str]:
    return re.compile(rf"{_LEAD}(?:{'|'.join(words.en)})(?![a-z])|{'|'.join(words.zh)}")
