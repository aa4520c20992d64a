"""Kullback-Leibler balls of the triangle, the ellipses that they resemble, and how far they differ."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regsoft import ellipse_error, fisher_ellipse, kl_ball, kl_divergence

UNIFORM = np.full(3, 1 / 3)
SKEW = np.exp([-1.0, -2.0, -4.0]) / np.exp([-1.0, -2.0, -4.0]).sum()  # (0.705, 0.259, 0.035)
CENTRES = [UNIFORM, SKEW, np.array([0.5, 0.25, 0.25]), np.array([1 - 2e-6, 1e-6, 1e-6])]
RADII = [1e-6, 0.01, 0.2, 2.0, 50.0]

centres = st.tuples(*[st.floats(1e-3, 1)] * 3).map(lambda w: np.array(w) / math.fsum(w))
radii = st.floats(1e-6, 20)


def divergence(w, centre):
    """Return KL(w || centre) as the sum of terms none of which is negative."""
    ratio = w / centre
    return (centre * (np.where(ratio > 0, ratio * np.log(np.maximum(ratio, 1e-300)), 0) - ratio + 1)).sum(
        axis=-1
    )


def form(w, centre):
    return ((w - centre) ** 2 / (2 * centre)).sum(axis=-1)


def counted_error(centre, radius, rows=800):
    """Return the part of the union that one set covers, by counting a grid of the triangle."""
    steps = (np.arange(rows) + 0.5) / rows
    first, second = np.meshgrid(steps, steps)
    inside = first + second < 1
    w = np.stack([first[inside], second[inside], 1 - first[inside] - second[inside]], axis=-1)
    ball, ellipse = divergence(w, centre) <= radius, form(w, centre) <= radius
    return (ball ^ ellipse).sum() / (ball | ellipse).sum()


# The ball


@given(centres, radii)
@settings(max_examples=60, deadline=None)
def test_boundary_points_are_at_the_divergence_or_on_the_edge(centre, radius):
    ball = kl_ball(centre, radius, points=60)
    assert ball.shape == (60, 3)
    assert (ball >= 0).all()
    np.testing.assert_allclose(ball.sum(axis=1), 1, atol=1e-15)
    distance = divergence(ball, centre)
    edge = ball.min(axis=1) < 1e-15
    np.testing.assert_allclose(distance[~edge], radius, rtol=0, atol=1e-9)
    assert (distance[edge] <= radius + 1e-9).all()


@pytest.mark.parametrize("centre", CENTRES, ids=str)
@pytest.mark.parametrize("radius", RADII)
def test_boundary_points_just_outside_are_too_far(centre, radius):
    ball = kl_ball(centre, radius)
    beyond = centre + (ball - centre) * (1 + 1e-6)
    within = (beyond >= 0).all(axis=1)
    assert (divergence(beyond[within], centre) > radius).all()


@given(centres, radii)
@settings(max_examples=60, deadline=None)
def test_the_ball_is_convex(centre, radius):
    ball = kl_ball(centre, radius, points=48)
    middles = (ball + np.roll(ball, 7, axis=0)) / 2
    assert (divergence(middles, centre) <= radius + 1e-9).all()
    plane = ball @ np.array([[2, -1, -1], [0, math.sqrt(3), -math.sqrt(3)]]).T
    steps = np.roll(plane, -1, axis=0) - plane
    turns = np.cross(np.pad(steps, ((0, 0), (0, 1))), np.pad(np.roll(steps, -1, axis=0), ((0, 0), (0, 1))))
    assert (turns[:, 2] >= -1e-12).all()


def test_a_symmetric_centre_has_a_symmetric_ball():
    for radius in RADII:
        ball = kl_ball(UNIFORM, radius, points=180)
        np.testing.assert_allclose(np.roll(ball, 60, axis=0), np.roll(ball, -1, axis=1), atol=1e-12)
    ball = kl_ball([0.5, 0.25, 0.25], 0.05, points=180)
    mirrored = ball[-np.arange(180)][:, [0, 2, 1]]
    np.testing.assert_allclose(mirrored, ball, atol=1e-12)


def test_points_go_evenly_round_the_centre():
    ball = kl_ball(SKEW, 0.1, points=12)
    plane = (ball - SKEW) @ np.column_stack([np.array([2, -1, -1]) / 6**0.5, np.array([0, 1, -1]) / 2**0.5])
    angles = np.unwrap(np.arctan2(plane[:, 1], plane[:, 0]))
    np.testing.assert_allclose(angles, 2 * np.pi * np.arange(12) / 12, atol=1e-12)


def test_a_ball_of_great_radius_is_the_triangle():
    ball = kl_ball(SKEW, 1e6, points=3600)
    assert (ball.min(axis=1) < 1e-15).all()
    assert all(np.abs(ball - corner).sum(axis=1).min() < 0.01 for corner in np.eye(3))


def test_larger_balls_hold_smaller_ones():
    inner, outer = (np.linalg.norm(kl_ball(SKEW, r) - SKEW, axis=1) for r in (0.05, 0.06))
    assert (inner <= outer).all()
    assert (inner < outer).any()


# The ellipse


@given(centres, radii)
@settings(max_examples=60, deadline=None)
def test_ellipse_points_satisfy_its_equation_in_the_plane_of_the_simplex(centre, radius):
    ellipse = fisher_ellipse(centre, radius, points=60)
    np.testing.assert_allclose(form(ellipse, centre), radius, rtol=1e-9)
    np.testing.assert_allclose(ellipse.sum(axis=1), 1, atol=1e-12)


@pytest.mark.parametrize("centre", CENTRES[:3], ids=str)
def test_the_ellipse_is_the_limit_of_the_ball(centre):
    gaps = []
    for radius in (1e-3, 1e-5, 1e-7):
        ball, ellipse = kl_ball(centre, radius), fisher_ellipse(centre, radius)
        ratio = np.linalg.norm(ball - centre, axis=1) / np.linalg.norm(ellipse - centre, axis=1)
        gaps.append(np.abs(ratio - 1).max())
    assert gaps[2] < 1e-3
    assert gaps[0] / gaps[1] == pytest.approx(10, rel=0.2)  # the gap shrinks like the root of the radius
    assert gaps[1] / gaps[2] == pytest.approx(10, rel=0.2)


def test_points_of_the_ball_and_of_the_ellipse_lie_on_the_same_rays():
    ball, ellipse = (curve(SKEW, 0.01, points=12) - SKEW for curve in (kl_ball, fisher_ellipse))
    ball, ellipse = (w / np.linalg.norm(w, axis=1, keepdims=True) for w in (ball, ellipse))
    np.testing.assert_allclose(ball, ellipse, atol=1e-12)


def test_a_large_ellipse_leaves_the_triangle():
    assert fisher_ellipse(UNIFORM, 2.0).min() < 0


# Their difference


@pytest.mark.parametrize(
    ("centre", "radius", "published"),
    [
        (UNIFORM, 0.01, "2.2"),
        (UNIFORM, 0.05, "4.9"),
        (UNIFORM, 0.1, "7.3"),
        (UNIFORM, 0.2, "12"),
        (SKEW, 0.01, "10"),
        (SKEW, 0.05, "14"),
        (SKEW, 0.1, "19"),
        (SKEW, 0.2, "24"),
    ],
)
def test_the_error_is_the_published_one_to_a_unit_of_its_last_digit(centre, radius, published):
    unit = 10.0 ** -len(published.partition(".")[2])
    assert 100 * ellipse_error(centre, radius) == pytest.approx(float(published), abs=unit)


@pytest.mark.parametrize("radius", [0.05, 0.2, 1.0])
@pytest.mark.parametrize("centre", CENTRES[:3], ids=str)
def test_the_error_agrees_with_a_count_over_the_triangle(centre, radius):
    assert ellipse_error(centre, radius) == pytest.approx(counted_error(centre, radius), abs=2e-3)


@given(centres, radii)
@settings(max_examples=15, deadline=None)
def test_the_error_is_a_share_and_hardly_depends_on_the_number_of_rays(centre, radius):
    error = ellipse_error(centre, radius, points=900)
    assert isinstance(error, float)
    assert 0 <= error <= 1
    assert ellipse_error(centre, radius, points=240) == pytest.approx(error, abs=5e-3)


def test_the_error_does_not_depend_on_the_order_of_the_shares():
    errors = [ellipse_error(SKEW[list(order)], 0.1) for order in ([0, 1, 2], [1, 2, 0], [2, 1, 0])]
    np.testing.assert_allclose(errors, errors[0], rtol=1e-6)


def test_the_error_vanishes_with_the_radius_and_for_the_whole_triangle():
    assert ellipse_error(SKEW, 1e-8) < 1e-3
    assert ellipse_error(SKEW, 1e3) < 1e-12


@pytest.mark.parametrize("radius", [1e-12, 1e-9, 1e-6])
def test_a_small_ball_has_its_radius_to_as_many_digits_as_its_points_allow(radius):
    centre = [0.6, 0.3, 0.1]
    distance = np.sqrt(radius)  # the entries of a point are rounded: relative to this, by 1e-16 over it
    np.testing.assert_allclose(kl_divergence(kl_ball(centre, radius), centre), radius, rtol=4e-16 / distance)


def test_the_smallest_ball_is_an_ellipse_to_four_digits():
    centre = np.array([0.5, 0.25, 0.25])
    ball, ellipse = (np.linalg.norm(f(centre, 1e-12) - centre, axis=-1) for f in (kl_ball, fisher_ellipse))
    np.testing.assert_allclose(ball, ellipse, rtol=1e-4)
