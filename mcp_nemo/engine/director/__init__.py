"""Words to operations.

A message is read in steps that each know only their own: `tokens` cuts it up, `recognise` finds the pieces
of meaning (single words by the `lexicon`, what they say together by `rules`), `wishes` sees where one wish
ends, `decide` makes operations of each, `folding` puts together what belongs together. A message is
understood as a whole or not at all.
"""

from mcp_nemo.engine.director.help import abilities
from mcp_nemo.engine.director.scene import Scene
from mcp_nemo.engine.director.understanding import NotUnderstood, Understood, understand

__all__ = ["NotUnderstood", "Scene", "Understood", "abilities", "understand"]
