"""Words to operations.

A message is read in steps that each know only their own: `tokens` cuts it up, `recognise` finds the pieces
of meaning: single words by the `lexicon`, what they say together by `amounts`, `naming`, `moments` and
`manners`. `speech` finds words to be shown, `splitting` sees where one wish ends, `decide` makes operations
of each, `folding` puts together what belongs together. A message is understood as a whole or not at all.

What the last message led to is part of the scene: `memory` tells what "it" may be. `bare` takes numbers
without a unit for seconds where they can be nothing else.

A wish is about one thing. Where a word of it decides what (`topics`), the builder of that topic makes the
operations; else action and target decide together (`actions`, `targets`). A builder takes the pieces it
understands; what is left over was not understood.

The words are data (`words/`): a language is one file of them, and a column in `forms.toml`.
"""

from mcp_nemo.engine.director.forms import language
from mcp_nemo.engine.director.scene import Scene
from mcp_nemo.engine.director.suggestions import language_of, nearest_forms
from mcp_nemo.engine.director.understanding import NotUnderstood, Understood, understand

__all__ = ["NotUnderstood", "Scene", "Understood", "language", "language_of", "nearest_forms", "understand"]
