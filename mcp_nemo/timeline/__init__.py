"""The short-key draft, decoded: a model, a summary, and the difference of two drafts in words."""

from mcp_nemo.timeline.decode import decode, unknown_keys
from mcp_nemo.timeline.diff import differences
from mcp_nemo.timeline.model import Segment, Timeline, Track
from mcp_nemo.timeline.summary import outline, summarize

__all__ = ["Segment", "Timeline", "Track", "decode", "differences", "outline", "summarize", "unknown_keys"]
