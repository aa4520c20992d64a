"""The book's pictures, one module a chapter: functions of their parameters that return a Picture."""

from regsoft.figures.attention import dot_product_entropy, soft_lookup
from regsoft.figures.calculus import jacobian_eigenvalues
from regsoft.figures.capstone import own_path, own_tail
from regsoft.figures.classification import class_regions, reliability
from regsoft.figures.conjugacy import conjugate_pair
from regsoft.figures.entmax import cells, entmax_curve, loss_curves, three_paths, tsallis_family
from regsoft.figures.figure_1 import (
    affine_in_alpha,
    almost_parabolic_in_w,
    ball_and_ellipse,
    figure_1_sigmoid,
    figure_1_softmax,
    ridge,
)
from regsoft.figures.geometry import divergence_gap
from regsoft.figures.gumbel import noisy_scores, relaxed_samples
from regsoft.figures.introduction import cross_entropy_split, overview, shares_and_triangle, sigmoid_curve
from regsoft.figures.numerics import patched_loss, share_errors
from regsoft.figures.online_learning import regret_curves, regret_growth
from regsoft.figures.sigmoid import sigmoid_objective
from regsoft.figures.smooth_maxima import three_maxima
from regsoft.figures.soft_argmax import heatmap_position, position_error, two_peaks
from regsoft.figures.softmax import smooth_maxima, triangle_levels
from regsoft.figures.temperature import path_to_centre

__all__ = [
    "affine_in_alpha",
    "almost_parabolic_in_w",
    "ball_and_ellipse",
    "cells",
    "class_regions",
    "conjugate_pair",
    "cross_entropy_split",
    "divergence_gap",
    "dot_product_entropy",
    "entmax_curve",
    "figure_1_sigmoid",
    "figure_1_softmax",
    "heatmap_position",
    "jacobian_eigenvalues",
    "loss_curves",
    "noisy_scores",
    "overview",
    "own_path",
    "own_tail",
    "patched_loss",
    "path_to_centre",
    "position_error",
    "regret_curves",
    "regret_growth",
    "relaxed_samples",
    "reliability",
    "ridge",
    "share_errors",
    "shares_and_triangle",
    "sigmoid_curve",
    "sigmoid_objective",
    "smooth_maxima",
    "soft_lookup",
    "three_maxima",
    "three_paths",
    "triangle_levels",
    "tsallis_family",
    "two_peaks",
]
