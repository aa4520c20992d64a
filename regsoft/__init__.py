"""Sigmoid, softmax and their relatives as maximisers of entropy-regularised linear objectives.

One convention throughout: x holds scores and is maximised; alpha weighs the entropy and, where positive, is
the temperature. Read the modules in this order: `simplex` and `entropy`, `objective`, `argmax`, `entmax`,
`smoothmax`, `jacobian`, `loss`, `geometry`, `online`. `regsoft.testing` judges maps of your own. The pictures
are in `regsoft.figures`, the sliders in `regsoft.widgets`; neither is imported here, so that the mathematics
needs NumPy alone.
"""

from regsoft.argmax import sigmoid, softmax, softmin, weighted_softmax
from regsoft.entmax import entmax, sparsemax
from regsoft.entropy import binary_entropy, gini_entropy, kl_divergence, shannon_entropy, tsallis_entropy
from regsoft.geometry import ellipse_error, fisher_ellipse, kl_ball
from regsoft.jacobian import entmax_jacobian, sigmoid_jacobian, softmax_jacobian, sparsemax_jacobian
from regsoft.loss import cross_entropy, fenchel_young_loss
from regsoft.objective import sigmoid_objective, softmax_objective
from regsoft.online import follow_the_leader, hedge, regret
from regsoft.simplex import hardmax, one_hot, project_simplex
from regsoft.smoothmax import boltzmann, log_softmax, logsumexp, mellowmax, softargmax, softplus

__version__ = "0.1.0"

__all__ = [
    "binary_entropy",
    "boltzmann",
    "cross_entropy",
    "ellipse_error",
    "entmax",
    "entmax_jacobian",
    "fenchel_young_loss",
    "fisher_ellipse",
    "follow_the_leader",
    "gini_entropy",
    "hardmax",
    "hedge",
    "kl_ball",
    "kl_divergence",
    "log_softmax",
    "logsumexp",
    "mellowmax",
    "one_hot",
    "project_simplex",
    "regret",
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
    "sparsemax",
    "sparsemax_jacobian",
    "tsallis_entropy",
    "weighted_softmax",
]
