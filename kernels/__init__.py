"""Arithmetic only: Numba functions over flat arrays, one file per family of checks.

Shapes, the same in every file: `energy_kwh` float64 (readings,) holds all days one after another;
`offsets` int64 (rows + 1,) says where each channel-day begins; a kernel walks rows `first` to `last - 1`
and sets `bit` in `bits`, uint32, one per reading of those rows (`bits[0]` is the first reading of row
`first`). Arrays named by row (`thresholds`, `partners`) have one entry per row of the submission.

Loops run over unsigned indices: a signed one makes Numba test each access for wrap-around, which stops
vectorisation (1.0 against 6.7 thousand million comparisons a second on one core).
"""
