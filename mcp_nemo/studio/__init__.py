"""The use cases: open a session, upload, edit, watch, export."""

from mcp_nemo.studio.studio import Studio, open_studio

__all__ = ["Studio", "open_studio"]
