"""Sigmoid, softmax and their relatives as maximisers of entropy-regularised linear objectives.

One convention throughout: x holds scores and is maximised; alpha is the weight of the entropy and, where positive,
the temperature.

Points of the simplex have no negative entry and sum to 1 within 2 %, so that any softmax in half precision passes;
every function that takes them first divides them by their sum. `where` leaves options out: they count as scores of
-inf and as shares of 0. Along the last axis the result for a slice is bit-identical alone and in a batch; along
another axis, or several, the last few bits may differ.

Read the modules in this order: `simplex` and `entropy`, `objective`, `argmax`, `entmax`, `smoothmax`, `jacobian`,
`loss`, `geometry`, `online`. `regsoft.testing` tests maps that you write. The pictures are in `regsoft.figures`,
the sliders in `regsoft.widgets`, the pictures that a reader drags in `regsoft.live`; none of them is imported here,
so that the mathematics needs NumPy alone.
"""

from regsoft.argmax import *
from regsoft.entmax import *
from regsoft.entropy import *
from regsoft.geometry import *
from regsoft.jacobian import *
from regsoft.loss import *
from regsoft.objective import *
from regsoft.online import *
from regsoft.simplex import *
from regsoft.smoothmax import *

__version__ = "1.0.0"

__all__ = sorted(name for name, thing in globals().items() if callable(thing))  # what the modules offer
