"""What a file looks and sounds like, for whoever chooses its music."""

from mcp_nemo.engine.analysis.cached import analysed
from mcp_nemo.engine.analysis.files import Analysis, analyse
from mcp_nemo.engine.analysis.pictures import Look, look
from mcp_nemo.engine.analysis.sounds import Hearing, listen

__all__ = ["Analysis", "Hearing", "Look", "analyse", "analysed", "listen", "look"]
