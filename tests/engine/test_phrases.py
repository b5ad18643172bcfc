"""What people say, and what is then to be done."""

import pytest

from mcp_nemo.engine.director import NotUnderstood, Understood, understand
from mcp_nemo.engine.operations import OPERATIONS
from tests.engine.director.scenes import SCENES
from tests.engine.phrases.reading import FOLDER, Phrase, phrases

CORPUS = [phrase for path in sorted(FOLDER.glob("*.txt")) for phrase in phrases(path)]
UNDERSTOOD = [phrase for phrase in CORPUS if phrase.means is not None]
REFUSED = [phrase for phrase in CORPUS if phrase.means is None]


def _name(phrase: Phrase) -> str:
    return f"{phrase.given}: {phrase.said}"


@pytest.mark.parametrize("phrase", UNDERSTOOD, ids=_name)
def test_understood(phrase: Phrase) -> None:
    heard = understand(phrase.said, SCENES[phrase.given])
    assert isinstance(heard, Understood)
    assert heard.operations == phrase.means


@pytest.mark.parametrize("phrase", REFUSED, ids=_name)
def test_refused(phrase: Phrase) -> None:
    assert isinstance(understand(phrase.said, SCENES[phrase.given]), NotUnderstood)


def test_operations_are_plain_values() -> None:
    means = tuple(operation for phrase in UNDERSTOOD for operation in phrase.means or ())
    assert OPERATIONS.validate_json(OPERATIONS.dump_json(means)) == means
