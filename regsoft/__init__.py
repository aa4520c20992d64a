"""Sigmoid, softmax and their relatives as maximisers of entropy-regularised linear objectives.

One convention throughout: x holds scores and is maximised; alpha weighs the entropy and, where positive, is
the temperature.

Points of the simplex have no negative entry and sum to 1 within 2 %, so that any softmax in half precision passes;
a function divides them by their sum first. `where` leaves options out: they count as scores of -inf and
as shares of 0. Along the last axis a slice gives the same bits alone and among others; along another axis, or
several, the last few bits may differ.

Read the modules in this order: `simplex` and `entropy`, `objective`, `argmax`, `entmax`, `smoothmax`, `jacobian`,
`loss`, `geometry`, `online`. `regsoft.testing` judges maps of your own. The pictures are in `regsoft.figures`, the
sliders in `regsoft.widgets`, what a reader drags in `regsoft.live`; none of them is imported here, so that the
mathematics needs NumPy alone.
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
