"""Decisions over rounds: weights that know the past alone, and what they cost against the best expert."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from mpmath import mp, mpf

from regsoft import follow_the_leader, hardmax, hedge, regret, softmin

from .strategies import DTYPES, assert_close, temperatures

LOSSES = [[0.25, 0.0, 1.0], [0.0, 1.0, 0.25], [1.0, 0.0, 0.25], [0.0, 0.5, 0.75]]
RULES = [follow_the_leader, hedge]
every_rule = pytest.mark.parametrize("rule", RULES)
tables = hnp.array_shapes(min_dims=2, max_dims=3, max_side=6).flatmap(
    lambda shape: hnp.arrays(np.float64, shape, elements=st.floats(-50, 50))
)
unit_tables = hnp.array_shapes(min_dims=2, max_dims=2, max_side=12).flatmap(
    lambda shape: hnp.arrays(np.float64, shape, elements=st.floats(0, 1))
)


def uniform(shape):
    return np.full(shape, 1 / shape[-1])


# What is played


@every_rule
@given(losses=tables)
def test_the_weights_of_a_round_are_shares_that_do_not_change_with_later_losses(rule, losses):
    weights = rule(losses)
    assert weights.shape == losses.shape
    assert (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-15 * 8)
    np.testing.assert_array_equal(weights[..., 0, :], uniform(losses[..., 0, :].shape))
    for round_ in range(losses.shape[-2]):
        changed = losses.copy()
        changed[..., round_:, :] = 7.0
        np.testing.assert_array_equal(rule(changed)[..., round_, :], weights[..., round_, :])


@given(tables)
def test_the_leader_is_the_vertex_of_the_smallest_total_and_ties_share(losses):
    totals = np.zeros(losses[..., 0, :].shape)
    weights = follow_the_leader(losses)
    for round_ in range(losses.shape[-2]):
        np.testing.assert_array_equal(weights[..., round_, :], hardmax(-totals))
        totals = totals + losses[..., round_, :]


def test_hedge_keeps_its_digits_over_ten_thousand_rounds():
    losses = np.random.default_rng(0).random((10_000, 3))
    weights = hedge(losses, 20.0)[-1]
    with mp.workdps(40):
        totals = [sum(map(mpf, column)) for column in losses[:-1].T.tolist()]
        powers = [mp.exp(-(total - min(totals)) / 20) for total in totals]
        exact = [float(power / sum(powers)) for power in powers]
    np.testing.assert_allclose(weights, exact, rtol=1e-11)


def test_hedge_tends_to_the_leader_when_cold_and_to_the_centre_when_hot():
    losses = np.random.default_rng(1).random((30, 4))
    np.testing.assert_allclose(hedge(losses, 1e-6), follow_the_leader(losses), atol=1e-12)
    np.testing.assert_allclose(hedge(losses, 1e9), uniform(losses.shape), atol=1e-7)


def test_shifting_a_round_of_losses_changes_no_weight_and_no_regret():
    losses = np.random.default_rng(2).integers(0, 8, size=(20, 4)) / 8
    shifted = losses + np.arange(20)[:, None]
    np.testing.assert_array_equal(follow_the_leader(shifted), follow_the_leader(losses))
    np.testing.assert_allclose(hedge(shifted, 0.5), hedge(losses, 0.5), rtol=1e-13)
    assert regret(shifted, hedge(losses)) == pytest.approx(regret(losses, hedge(losses)), abs=1e-12)


def test_hedge_s_first_step_is_softmin_of_the_first_losses():
    np.testing.assert_array_equal(hedge(LOSSES, 0.5)[1], softmin(LOSSES[0], 0.5))


# What it costs


@given(unit_tables)
def test_regret_is_the_loss_paid_less_that_of_the_best_expert(losses):
    weights = hedge(losses)
    rounds, d = losses.shape
    paid = sum(weights[t, i] * losses[t, i] for t in range(rounds) for i in range(d))
    best = min(sum(losses[t, i] for t in range(rounds)) for i in range(d))
    assert regret(losses, weights) == pytest.approx(paid - best, abs=1e-13)


def test_the_best_expert_has_no_regret_and_every_other_constant_choice_some():
    losses = np.array(LOSSES)
    best = losses.sum(axis=0).argmin()
    for expert in range(3):
        cost = regret(losses, np.tile(np.eye(3)[expert], (4, 1)))
        assert cost == losses.sum(axis=0)[expert] - losses.sum(axis=0).min()
        assert (cost == 0) == (expert == best)


def test_changing_one_s_mind_may_beat_every_expert():
    losses = [[1.0, 0.0], [0.0, 1.0]]
    assert regret(losses, [[0.0, 1.0], [1.0, 0.0]]) == -1


@given(unit_tables, temperatures)
def test_hedge_s_regret_is_below_its_bound_on_whatever_losses(losses, alpha):
    rounds, d = losses.shape
    assert regret(losses, hedge(losses, alpha)) <= alpha * np.log(d) + rounds / (8 * alpha) + 1e-12


# Shapes and types


@every_rule
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_floating_dtype_is_kept_and_integers_count_as_float64(rule, dtype):
    losses = np.array(LOSSES, dtype)
    weights = rule(losses)
    assert weights.dtype == dtype
    assert type(regret(losses, weights)) is dtype
    assert_close(weights, rule(np.array(LOSSES, np.longdouble)))
    whole = np.eye(3, dtype=int)
    np.testing.assert_array_equal(rule(whole), rule(np.eye(3)))
    np.testing.assert_array_equal(rule(whole.tolist()), rule(np.eye(3)))


@every_rule
def test_single_precision_losses_are_added_in_double_precision(rule):
    losses = np.full((40_000, 2), np.float32(0.1))
    losses[:, 1] += np.float32(1e-8)  # lost in each addition to a large float32
    assert np.isfinite(rule(losses)).all()
    np.testing.assert_array_equal(rule(losses), rule(losses.astype(np.float64)).astype(np.float32))


def test_leading_axes_are_a_batch():
    losses = np.random.default_rng(3).random((2, 5, 7, 3))
    for rule in RULES:
        weights = rule(losses)
        costs = regret(losses, weights)
        assert costs.shape == (2, 5)
        for i, j in np.ndindex(2, 5):
            np.testing.assert_array_equal(weights[i, j], rule(losses[i, j]))
            assert costs[i, j] == pytest.approx(regret(losses[i, j], weights[i, j]), rel=1e-13)
    temperatures = [hedge(losses[0, 0], alpha) for alpha in (0.5, 1, 2)]
    assert regret(losses[0, 0], temperatures).shape == (3,)


@pytest.mark.parametrize("batch", [(), (1,), (2, 5)])
def test_rounds_are_as_many_as_those_with_losses_in_a_batch_too(batch):
    losses, one_round = np.ones((*batch, 5, 3)), np.full((*batch, 1, 3), 1 / 3)
    with pytest.raises(ValueError, match="losses and weights must have the same length along axis -2"):
        regret(losses, one_round)


@every_rule
def test_no_rounds_and_a_single_expert_are_fine(rule):
    assert rule(np.empty((0, 3))).shape == (0, 3)
    assert regret(np.empty((0, 3)), np.empty((0, 3))) == 0
    assert rule(np.ones((4, 1))).tolist() == [[1.0]] * 4
    assert regret(np.ones((4, 1)), rule(np.ones((4, 1)))) == 0


@every_rule
def test_arguments_are_neither_modified_nor_returned(rule):
    losses = np.array(LOSSES)
    losses.flags.writeable = False
    weights = rule(losses)
    assert not np.shares_memory(weights, losses)
    assert losses.tolist() == LOSSES
    regret(losses, weights)


@every_rule
def test_nothing_is_signalled_even_where_numpy_is_told_to_raise(rule):
    limits = np.finfo(np.float64)
    losses = [[limits.max, -limits.max, limits.smallest_subnormal]] * 4
    with np.errstate(all="raise"):
        weights = rule(losses)
        regret(losses, weights)
    np.testing.assert_array_equal(weights[1:], np.eye(3)[[1, 1, 1]])


def test_integer_losses_that_no_float_holds_count_by_their_differences():
    vast, small = [[2**53 + 1, 2**53], [0, 0]], [[1, 0], [0, 0]]
    for function in (follow_the_leader, hedge, lambda losses: regret(losses, [[1, 0], [0.5, 0.5]])):
        np.testing.assert_array_equal(function(vast), function(small))
