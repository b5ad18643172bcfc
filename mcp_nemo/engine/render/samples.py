"""Sound in memory: (n, 2) samples at 48 kHz, 1 at full scale."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
