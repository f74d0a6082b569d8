"""Powers of ten that are exact doubles: a whole number that is one too, over one of them, is rounded only once."""

from __future__ import annotations

import numpy as np

MOST_DECIMALS = 22
POWERS = np.array([10.0**k for k in range(MOST_DECIMALS + 1)])
