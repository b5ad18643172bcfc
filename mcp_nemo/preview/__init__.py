"""Looking at an edit: a storyboard of a timeline, and a small copy of a film.

`python -m mcp_nemo.preview` does the work, so that media of others is decoded in a process that can be
killed. Only `charge`, `matching` and `shelf` are for the server, and free of heavy imports.
"""
