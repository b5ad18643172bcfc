"""What the processes are started with that draw, play and encode."""

import os


def environment() -> dict[str, str]:
    """Nothing plugs into their models, and NumPy's own threads would only wait for cores that are busy."""
    return {**os.environ, "PYDANTIC_DISABLE_PLUGINS": "__all__", "OPENBLAS_NUM_THREADS": "1"}
