"""A transport that keeps what was answered, before the client makes models of it."""

import httpx

from mcp_nemo.api.gateway import is_loopback


class Recorder(httpx.AsyncBaseTransport):
    """For `NemoClient(transport=...)`.

    A client that is given a transport no longer heeds the proxies of the environment; so the way out is
    a client again, which does.
    """

    def __init__(self, base_url: httpx.URL) -> None:
        self._http = httpx.AsyncClient(trust_env=not is_loopback(base_url))
        self._answers: list[httpx.Response] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._http.send(request, stream=True)
        self._answers.append(response)
        return response

    async def aclose(self) -> None:
        await self._http.aclose()

    def take(self) -> list[httpx.Response]:
        """The answers since the last time that came to their end."""
        answers, self._answers = self._answers, []
        return [answer for answer in answers if _is_whole(answer)]


def _is_whole(response: httpx.Response) -> bool:
    try:
        return response.content is not None
    except httpx.ResponseNotRead:
        return False
