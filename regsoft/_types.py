"""The types of arguments and results; shapes and ranges are given in the docstrings."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Array", "ArrayLike", "ArrayOrNumber", "Axis", "NDArray", "Place"]

Array = NDArray[np.floating[Any]]
ArrayOrNumber = (
    Array | Any
)  # a NumPy scalar if no axis is left; Any, so that callers need no isinstance check
Axis = int | tuple[int, ...] | None
Place = tuple[
    tuple[int, ...], tuple[int, ...]
]  # the axes that became the last one, and the shape they came from
