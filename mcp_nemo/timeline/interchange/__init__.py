"""The timeline in the files that other programs read.

`opentimeline` loads a heavy library, so it is imported where it is used.
"""
