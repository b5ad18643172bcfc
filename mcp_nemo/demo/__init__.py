"""From nothing to an MP4, the way an assistant would do it."""

from mcp_nemo.demo.script import run_demo

__all__ = ["run_demo"]
