"""The book's pictures, one module a chapter: functions of their parameters that return a Picture."""

from regsoft.figures.figure_1 import (
    affine_in_alpha,
    almost_parabolic_in_w,
    ball_and_ellipse,
    figure_1_sigmoid,
    figure_1_softmax,
    ridge,
)
from regsoft.figures.introduction import cross_entropy_split, overview, shares_and_triangle, sigmoid_curve
from regsoft.figures.sigmoid import sigmoid_objective
from regsoft.figures.softmax import smooth_maxima, triangle_levels

__all__ = [
    "affine_in_alpha",
    "almost_parabolic_in_w",
    "ball_and_ellipse",
    "cross_entropy_split",
    "figure_1_sigmoid",
    "figure_1_softmax",
    "overview",
    "ridge",
    "shares_and_triangle",
    "sigmoid_curve",
    "sigmoid_objective",
    "smooth_maxima",
    "triangle_levels",
]
