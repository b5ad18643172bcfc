from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mcp_nemo.settings import Settings
from tests.faults import Faults, faulty_engine


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faults]:
    with faulty_engine(tmp_path_factory.mktemp("cloud")) as service:
        # Once it answers it imports nothing more, which would hold up imports here.
        httpx.get(service.url)
        yield service


@pytest.fixture
def faults(service: Faults) -> Faults:
    """The service of all tests here, where nothing was asked and nothing is wrong yet."""
    service.clear()
    service.asked.clear()
    return service


@pytest.fixture
def cloud(faults: Faults, tmp_path: Path) -> Settings:
    """Settings of a server whose cloud is an engine that can be made to fail."""
    return Settings(
        api_url=faults.url, home=tmp_path / "state", media_dirs=(tmp_path,), output_dir=tmp_path / "out"
    )
