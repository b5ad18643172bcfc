"""A studio whose cloud is an engine with a switch for faults."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_nemo.settings import Settings
from tests.faults import Faults, faulty_engine


@pytest.fixture
def faults(tmp_path: Path) -> Iterator[Faults]:
    with faulty_engine(tmp_path / "engine") as faults:
        yield faults


@pytest.fixture
def faulty_settings(faults: Faults, tmp_path: Path) -> Settings:
    return Settings(
        api_url=faults.url, home=tmp_path / "state", media_dirs=(tmp_path,), output_dir=tmp_path / "out"
    )
