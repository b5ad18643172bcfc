from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from mcp_nemo.api import FixedToken, NemoClient
from tests.api.backend import Backend

TOKEN = "nmv_usr_secret"


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
async def client(backend: Backend) -> AsyncIterator[NemoClient]:
    async with backend.client(FixedToken(SecretStr(TOKEN))) as client:
        yield client
