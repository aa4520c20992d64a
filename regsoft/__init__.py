"""Sigmoid, softmax and their relatives as maximisers of entropy-regularised linear objectives.

One convention throughout: x holds scores and is maximised; alpha weighs the entropy and, where positive, is
the temperature. Read the modules in this order: `simplex` and `entropy`, `objective`, `argmax`, `smoothmax`,
`jacobian`, `loss`. The pictures are in `regsoft.figures`, the sliders in `regsoft.widgets`; neither is
imported here, so that the mathematics needs NumPy alone.
"""

from regsoft.argmax import sigmoid, softmax, softmin
from regsoft.entropy import binary_entropy, kl_divergence, shannon_entropy
from regsoft.geometry import ellipse_error, fisher_ellipse, kl_ball
from regsoft.jacobian import sigmoid_jacobian, softmax_jacobian
from regsoft.loss import cross_entropy
from regsoft.objective import sigmoid_objective, softmax_objective
from regsoft.simplex import hardmax, one_hot
from regsoft.smoothmax import boltzmann, logsumexp, softargmax, softplus

__version__ = "0.1.0"

__all__ = [
    "binary_entropy",
    "boltzmann",
    "cross_entropy",
    "ellipse_error",
    "fisher_ellipse",
    "hardmax",
    "kl_ball",
    "kl_divergence",
    "logsumexp",
    "one_hot",
    "shannon_entropy",
    "sigmoid",
    "sigmoid_jacobian",
    "sigmoid_objective",
    "softargmax",
    "softmax",
    "softmax_jacobian",
    "softmax_objective",
    "softmin",
    "softplus",
]
