# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Problem set 4: learning online
#
# **18 points, about 120 minutes.** Chapters: [Softmax](book:softmax), [Temperature](book:temperature) and
# [Online learning](book:online-learning).
#
# Nobody tells you which expert is good. You split your trust, see what each one lost, and split again. You
# play the obvious way, ruin it with an adversary of your own, repair it with softmax, and prove that some
# softness is needed.
#
# - Run the cells from top to bottom. Write in the answer cells, in place of `raise NotImplementedError`.
#   Add cells of your own where you like; keep the names of functions and variables.
# - After each answer `check` says how many checks pass, what is wrong, and gives a hint. It gives no marks.
#   The marks come later, when your functions are run on other numbers.
# - Use NumPy: SciPy is not there while your work is marked, and `regsoft` is switched off.
# - The last question is a proof. Type it in its cell, or paste a photograph of your sheet into that cell; a
#   picture handed in as a file of its own is not taken.
#
# **The game.** In each of $T$ rounds you choose weights $w_t$ in the simplex, one for each of $d$ experts.
# Then their losses $\ell_t \in [0, 1]^d$ are shown, and you lose $\langle w_t, \ell_t \rangle$. Losses are
# a table of shape $(T, d)$, weights too. The **regret** is your total loss minus the total loss of the best
# single expert.

# %%
import numpy as np
from coursework.ps4.hints import check
from regsoft.check import own_numbers

# %% [markdown]
# Some questions have numbers that are yours alone. They are drawn from the id under which you hand in.

# %% answer="student"
# Your id, as in: student = "ann01"
### BEGIN SOLUTION
student = "reference"
### END SOLUTION

# %% [markdown]
# ## Question 1: one round of Hedge (2 points, 15 minutes)
#
# Hedge trusts an expert with the total loss $L_i$ in proportion to $e^{-L_i/\alpha}$: softmin of the
# totals. Your three experts have the totals below, and $\alpha = 0.5$.
#
# 1. Which weights does Hedge play next? Call them `weights`.
# 2. In that round the first expert loses 1, the others nothing. Which weights follow? Call them `after`.
#
# For the second, do you have to go back to the totals? See
# [Softened by entropy](book:online-learning#sec-ftrl).

# %% answer="q1"
totals = np.arange(3) / 2 + own_numbers("ps4", student, 3, 0.0, 0.4)
print("total losses:", totals)
### BEGIN SOLUTION
weights = np.exp(-totals / 0.5)
weights = weights / weights.sum()
after = weights * np.exp([-1 / 0.5, 0, 0])  # only one weight is multiplied
after = after / after.sum()
### END SOLUTION

# %% check="q1-check"
check("next_round", totals, weights, after)

# %% marks="q1-weights" points=1
# 1 point for the weights at your totals
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q1-weights", lambda totals: weights)
### END HIDDEN TESTS

# %% marks="q1-after" points=1
# 1 point for the weights after the loss
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q1-after", lambda totals: after)
### END HIDDEN TESTS

# %% [markdown]
# ## Question 2: follow the leader (3 points, 20 minutes)
#
# The obvious way: put everything on the expert with the smallest total loss so far. If several tie, they
# share equally; in round 1 all tie.
#
# Write `follow_the_leader(losses)`, which returns the table of the weights played, and
# `my_regret(losses, weights)`, for any tables of losses and weights. Mind what is known when: the weights
# of a round depend on the rounds *before* it.


# %% answer="q2-leader"
def follow_the_leader(losses):
    """Return the weights played in each round, a table of the shape of losses."""
    ### BEGIN SOLUTION
    losses = np.asarray(losses, dtype=float)
    before = np.cumsum(losses, axis=0) - losses
    leaders = np.isclose(before, before.min(axis=1, keepdims=True), rtol=0, atol=1e-9)
    return leaders / leaders.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% answer="q2-regret"
def my_regret(losses, weights):
    """Return the total loss of the weights minus that of the best expert, one number."""
    ### BEGIN SOLUTION
    return np.sum(np.multiply(weights, losses)) - np.sum(losses, axis=0).min()
    ### END SOLUTION


# %% check="q2-check"
check(follow_the_leader)
check(my_regret)

# %% marks="q2-weights" points=2
# 2 points for the weights, with and without ties
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q2-weights", lambda losses: follow_the_leader(losses))
### END HIDDEN TESTS

# %% marks="q2-number" points=1
# 1 point for the regret
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q2-number", lambda losses, weights: my_regret(losses, weights))
### END HIDDEN TESTS

# %% [markdown]
# ## Question 3: be the adversary (3 points, 25 minutes)
#
# Write `losses_that_fool(rounds, d)`. It returns a table of losses in $[0, 1]$ on which follow-the-leader,
# as in question 2, loses nearly as much as it possibly can: its regret must be at least
#
# $$(T - 1) \Bigl( 1 - \frac1d \Bigr) - 1 .$$
#
# You know the player's rule, so you know its weights before you choose the losses. Whom do you hit? What
# does a tie cost you, and how can the first round rule out ties for good? Why can the best expert not have
# lost more than $T/d$, or so?
#
# A regret that grows like $T$ means that nothing is learned. Random losses would not do this. Try yours:
# `my_regret(losses, follow_the_leader(losses))`.


# %% answer="q3"
def losses_that_fool(rounds, d):
    """Return losses of shape (rounds, d) in [0, 1] that ruin follow-the-leader, for d >= 2."""
    ### BEGIN SOLUTION
    losses = np.zeros((rounds, d))
    losses[0] = np.arange(d) / (2 * d)  # all different, also after whole losses are added
    totals = losses[0].copy()
    for t in range(1, rounds):
        leader = totals.argmin()
        losses[t, leader] = 1
        totals[leader] += 1
    return losses
    ### END SOLUTION


# %% check="q3-check"
check(losses_that_fool)

# %% marks="q3-marks" points=3
# 3 points for a regret as large as asked for, with two to six experts and up to 120 rounds
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q3-marks", lambda rounds, d: losses_that_fool(rounds, d))
### END HIDDEN TESTS

# %% [markdown]
# ## Question 4: Hedge, for a long time (4 points, 25 minutes)
#
# Write `my_hedge(losses, alpha)`, which returns the table of the weights that Hedge plays:
# $w_t = \operatorname{softmin}\bigl(\sum_{s < t} \ell_s, \alpha\bigr)$.
#
# It must last. After a thousand rounds $e^{-L/\alpha}$ may be 0 for every expert, and $0/0$ is not a weight.
# But softmin depends only on gaps: which number can you take from every total, so that no exponential is
# larger than 1 and one is 1?
#
# Then play it against your own adversary from question 3, for $T = 100$ and $d = 2$, at a few values of
# $\alpha$. Where is it as bad as follow-the-leader, and where does it hardly learn at all? Compare with
# [Cold: the corner](book:temperature#sec-cold) and [Hot: the centre](book:temperature#sec-hot).


# %% answer="q4"
def my_hedge(losses, alpha):
    """Return the weights played in each round, a table of the shape of losses; alpha > 0."""
    ### BEGIN SOLUTION
    losses = np.asarray(losses, dtype=float)
    before = np.cumsum(losses, axis=0) - losses
    weights = np.exp((before.min(axis=1, keepdims=True) - before) / alpha)
    return weights / weights.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% check="q4-check"
check(my_hedge)

# %% marks="q4-short" points=2
# 2 points for games of a few rounds, at several temperatures
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q4-short", lambda losses, alpha: my_hedge(losses, alpha))
### END HIDDEN TESTS

# %% marks="q4-long" points=2
# 2 points for thousands of rounds, cold and hot: the weights of the last one
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q4-long", lambda losses, repeat, alpha: my_hedge(np.tile(losses, (repeat, 1)), alpha)[-1])
### END HIDDEN TESTS

# %% [markdown]
# ## Question 5: how soft? (2 points, 10 minutes)
#
# The regret of Hedge is at most $\alpha \log d + \frac{T}{8 \alpha}$, whatever the losses. A large $\alpha$
# trusts nobody in particular, a small one jumps. Write `tuned(rounds, d)`, which returns the $\alpha$ with
# the smallest bound, and that bound.
#
# Compare the bound with the regret of follow-the-leader in question 3. What does the regret per round tend
# to?


# %% answer="q5"
def tuned(rounds, d):
    """Return (alpha, bound): the temperature with the smallest bound on the regret, and the bound there."""
    ### BEGIN SOLUTION
    # The derivative log d - T / (8 alpha^2) is zero here, and both terms are equal.
    return np.sqrt(rounds / (8 * np.log(d))), np.sqrt(rounds * np.log(d) / 2)
    ### END SOLUTION


# %% check="q5-check"
check(tuned)

# %% marks="q5-marks" points=2
# 2 points for both numbers
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q5-marks", lambda rounds, d: tuned(rounds, d))
### END HIDDEN TESTS

# %% [markdown]
# ## Question 6: why soften at all? (4 points, 25 minutes, marked by a person)
#
# Follow-the-leader fails. Perhaps a cleverer rule would do, which still puts everything on one expert in
# each round?
#
# Call a player *hard* if its weights in each round are a one-hot vector, chosen by a fixed rule from the
# losses of the rounds before, without chance.
#
# **Prove** that for every hard player, every $d \ge 2$ and every $T$ there are losses in $[0, 1]$ on which
# its regret is at least $T (1 - \frac1d)$. Then say at which step of your proof Hedge escapes, and what the
# same losses would cost a player who spreads its weights equally.

# %% [markdown] proof="q6" points=4
# *The losses.* The player's first choice is fixed. Give that expert the loss 1 and the others 0. Now its
# second choice is fixed, because it depends on the losses of round 1 alone. Give that expert the loss 1 and
# the others 0; and so on. The losses of all $T$ rounds are defined, because in each round the choice
# depends on losses that have been defined before.
#
# *The player's loss.* In each round all weight is on the expert that loses 1. So the player loses 1 in
# every round, $T$ in all.
#
# *The best expert.* In each round exactly one expert loses 1, so the totals of the $d$ experts add up to
# $T$. The smallest of $d$ numbers is at most their mean, $T/d$. Hence the regret is at least
# $T - T/d = T(1 - \frac1d)$.
#
# *Hedge.* It plays no one-hot vector. The second step fails: the loss on one expert costs it only the
# weight of that expert, and an adversary that hits one expert can make it lose no more than its largest
# weight, which is less than 1. With equal
# weights the player loses $\frac1d$ in each round, $T/d$ in all, so its regret is $T/d$ minus the smallest
# total, never more than $T/d$, and 0 if the ones are spread evenly.
#
# ### BEGIN MARK SCHEME
# - 1 mark: the losses are constructed round by round, with the remark that the choice is known because the
#   rule is fixed and looks only at earlier losses.
# - 1 mark: the player loses $T$.
# - 1 mark: the totals add up to $T$, so the best expert has at most $T/d$, and the conclusion.
# - 1 mark: Hedge's weights are not one-hot, so a loss of 1 on one expert costs it less than 1; equal
#   weights lose $T/d$.
# - A proof for follow-the-leader alone earns 1 of the first three marks; the fourth is independent.
# ### END MARK SCHEME
