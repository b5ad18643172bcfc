"""What stands in the way: configuration, folders, the engine, and the live service when asked."""

from mcp_nemo.doctor.examination import run_doctor

__all__ = ["run_doctor"]
