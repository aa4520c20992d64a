"""The book's pictures, one module a chapter: functions of their parameters that return a Picture."""

from regsoft.figures.calculus import jacobian_eigenvalues
from regsoft.figures.capstone import own_path, own_tail
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
from regsoft.figures.introduction import cross_entropy_split, overview, shares_and_triangle, sigmoid_curve
from regsoft.figures.numerics import patched_loss, share_errors
from regsoft.figures.sigmoid import sigmoid_objective
from regsoft.figures.smooth_maxima import three_maxima
from regsoft.figures.softmax import smooth_maxima, triangle_levels
from regsoft.figures.temperature import path_to_centre

__all__ = [
    "affine_in_alpha",
    "almost_parabolic_in_w",
    "ball_and_ellipse",
    "cells",
    "conjugate_pair",
    "cross_entropy_split",
    "divergence_gap",
    "entmax_curve",
    "figure_1_sigmoid",
    "figure_1_softmax",
    "jacobian_eigenvalues",
    "loss_curves",
    "overview",
    "own_path",
    "own_tail",
    "patched_loss",
    "path_to_centre",
    "ridge",
    "share_errors",
    "shares_and_triangle",
    "sigmoid_curve",
    "sigmoid_objective",
    "smooth_maxima",
    "three_maxima",
    "three_paths",
    "triangle_levels",
    "tsallis_family",
]
