"""Who is asking: sessions, renders and tasks belong to a principal."""

import json

from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken, principal_components


def principal() -> str:
    """A stable id of the caller; empty where nobody has to say who they are."""
    token = get_access_token()
    return principal_of(token) if token else ""


def principal_of(token: AccessToken) -> str:
    """The subject as its issuer names it, or the client that acts for itself; never one for the other."""
    client_id, issuer, subject = principal_components(token)
    named = {"subject": subject} if subject else {"client": client_id}
    return json.dumps({"issuer": issuer or "", **named})
