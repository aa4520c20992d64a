"""The book's pictures, one module per chapter: functions of their parameters that return a Picture."""

from regsoft.figures.attention import dot_product_entropy
from regsoft.figures.calculus import jacobian_eigenvalues
from regsoft.figures.capstone import own_path, own_tail
from regsoft.figures.classification import class_regions, reliability
from regsoft.figures.entmax import entmax_curve, loss_curves, three_paths, tsallis_family
from regsoft.figures.figure_1 import (
    ball_and_ellipse,
    figure_1_sigmoid,
    figure_1_softmax,
    ridge,
)
from regsoft.figures.four_roads import arrangements, entropy_of_mean
from regsoft.figures.gumbel import relaxed_samples
from regsoft.figures.introduction import cross_entropy_split, sigmoid_curve
from regsoft.figures.numerics import patched_loss, share_errors
from regsoft.figures.online_learning import regret_growth
from regsoft.figures.sigmoid import sigmoid_objective
from regsoft.figures.smooth_maxima import three_maxima
from regsoft.figures.soft_argmax import heatmap_position, position_error, two_peaks
from regsoft.figures.temperature import path_to_centre

__all__ = [
    "arrangements",
    "ball_and_ellipse",
    "class_regions",
    "cross_entropy_split",
    "dot_product_entropy",
    "entmax_curve",
    "entropy_of_mean",
    "figure_1_sigmoid",
    "figure_1_softmax",
    "heatmap_position",
    "jacobian_eigenvalues",
    "loss_curves",
    "own_path",
    "own_tail",
    "patched_loss",
    "path_to_centre",
    "position_error",
    "regret_growth",
    "relaxed_samples",
    "reliability",
    "ridge",
    "share_errors",
    "sigmoid_curve",
    "sigmoid_objective",
    "three_maxima",
    "three_paths",
    "tsallis_family",
    "two_peaks",
]
