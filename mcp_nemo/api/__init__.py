"""The client of the NemoVideo HTTP API; what others need of it is named here."""

from mcp_nemo.api.client import NemoClient
from mcp_nemo.api.credentials import AnonymousToken, Credentials, FixedToken
from mcp_nemo.api.gateway import Attribution
from mcp_nemo.api.models import NewSession, RenderStatus, SessionState, UploadedFile
from mcp_nemo.api.stream import (
    AgentEvent,
    Failed,
    Heartbeat,
    Reply,
    Said,
    StateChanged,
    ToolUsed,
    Working,
)
from mcp_nemo.api.upload import Progress, UploadSource

__all__ = [
    "AgentEvent",
    "AnonymousToken",
    "Attribution",
    "Credentials",
    "Failed",
    "FixedToken",
    "Heartbeat",
    "NemoClient",
    "NewSession",
    "Progress",
    "RenderStatus",
    "Reply",
    "Said",
    "SessionState",
    "StateChanged",
    "ToolUsed",
    "UploadSource",
    "UploadedFile",
    "Working",
]
