import pytest

from mcp_nemo.engine.director import NotUnderstood, Scene, Understood, understand
from mcp_nemo.engine.operations import OPERATIONS, Operation
from tests.engine.director.corpus import REFUSED, UNDERSTOOD


@pytest.mark.parametrize(("scene", "said", "operations"), UNDERSTOOD, ids=[case[1] for case in UNDERSTOOD])
def test_understood(scene: Scene, said: str, operations: tuple[Operation, ...]) -> None:
    assert understand(said, scene) == Understood(operations)


@pytest.mark.parametrize(("scene", "said"), REFUSED, ids=[case[1] for case in REFUSED])
def test_refused(scene: Scene, said: str) -> None:
    assert isinstance(understand(said, scene), NotUnderstood)


def test_operations_are_plain_values() -> None:
    said = tuple(operation for _, _, operations in UNDERSTOOD for operation in operations)
    assert OPERATIONS.validate_json(OPERATIONS.dump_json(said)) == said
