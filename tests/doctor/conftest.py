from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mcp_nemo.settings import Settings
from tests.faults import Faults, faulty_engine


@pytest.fixture
def faults(tmp_path: Path) -> Iterator[Faults]:
    with faulty_engine(tmp_path / "cloud") as faults:
        # Once it answers it imports nothing more, which would hold up imports here.
        httpx.get(faults.url)
        faults.asked.clear()
        yield faults


@pytest.fixture
def cloud(faults: Faults, tmp_path: Path) -> Settings:
    """Settings of a server whose cloud is an engine that can be made to fail."""
    return Settings(
        api_url=faults.url, home=tmp_path / "state", media_dirs=(tmp_path,), output_dir=tmp_path / "out"
    )
