"""The last thing done to what is printed: no secret leaves, wherever it crept in."""

import json
import re
from collections.abc import Iterator

from mcp_nemo.doctor.kept import kept_secret
from mcp_nemo.settings import Settings

_USER_IN_ADDRESS = re.compile(r"(?<=://)[^/@\s]+(?=@)")
# To blot out anything shorter would maul the words and save no token.
_SHORTEST = 8


def redacted(text: str, settings: Settings) -> str:
    for secret in _secrets(settings):
        for form in (secret, json.dumps(secret)[1:-1]):
            text = text.replace(form, "[hidden]")
    return _USER_IN_ADDRESS.sub("[hidden]", text)


def _secrets(settings: Settings) -> Iterator[str]:
    own = settings.token.get_secret_value() if settings.token else ""
    for secret in (own, own.strip(), settings.client_id, kept_secret(settings)):
        if len(secret) >= _SHORTEST:
            yield secret
