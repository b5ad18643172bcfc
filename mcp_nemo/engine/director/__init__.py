"""Words to operations.

A message is read in steps that each know only their own: `tokens` cuts it up, `recognise` finds the pieces
of meaning (single words by the `lexicon`, what they say together by `rules`), `wishes` sees where one wish
ends, `decide` makes operations of each, `folding` puts together what belongs together. A message is
understood as a whole or not at all.

A wish is about one thing. Where a word of it decides what (`topics`), the builder of that topic makes the
operations; else action and target decide together (`decide`).
"""

from mcp_nemo.engine.director.forms import language
from mcp_nemo.engine.director.scene import Scene
from mcp_nemo.engine.director.suggestions import abilities, nearest_forms
from mcp_nemo.engine.director.understanding import NotUnderstood, Understood, understand

__all__ = ["NotUnderstood", "Scene", "Understood", "abilities", "language", "nearest_forms", "understand"]
