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
# # Problem set 3: temperature, conjugacy and numerics
#
# **17 points, about 110 minutes.** Chapters: [Conjugacy](book:conjugacy), [Temperature](book:temperature),
# [Smooth maxima](book:smooth-maxima), [Attention](book:attention) and [Numerics](book:numerics).
#
# Logsumexp is the largest value in the problem that softmax solves. You compute it without losing a digit, see
# which functions which functions equal their double conjugate, (starts on line 19: "see which functions its trick
# can be played with") cut it into blocks for a million scores, and prove how it moves with the temperature.
#
# - Run the cells from top to bottom. Write in the answer cells, in place of `raise NotImplementedError`.
#   Add cells of your own where you like; keep the names of functions and variables.
# - After each answer `check` says how many checks pass, what is wrong, and gives a hint. It gives no marks.
#   The marks come later, when your functions are run on other numbers.
# - Use NumPy: SciPy is not there while your work is marked, and `regsoft` is switched off.
# - The last question is a proof. Type it in its cell, or paste a photograph of your sheet into that cell; a
#   picture handed in as a file of its own is not taken.

# %%
import numpy as np
from coursework.ps3.hints import check
from regsoft.check import own_numbers

# %% [markdown]
# Some questions have numbers that are yours alone. They are drawn from the id under which you hand in.

# %% answer="student"
# Your id, as in: student = "ann01"
### BEGIN SOLUTION
student = "reference"
### END SOLUTION

# %% [markdown]
# ## Question 1: half-way (2 points, 15 minutes)
#
# As the temperature rises from 0, softmax travels from a corner of the triangle to its centre, and its
# entropy rises all the way from 0 to $\log 3$. So there is exactly one temperature at which it is
# $\tfrac12 \log 3$. Find it for your three scores, to four digits. Call it `halfway`.
#
# No formula gives it. Why does halving an interval work? See
# [A one-way journey](book:temperature#sec-between).

# %% answer="q1"
x = np.arange(3) + own_numbers("ps3", student, 3, 0.0, 0.9)
print("your scores:", x)
### BEGIN SOLUTION
low, halfway = 1e-3, 1e3
for _ in range(80):
    middle = np.sqrt(low * halfway)
    w = np.exp((x - x.max()) / middle)
    w = w / w.sum() + 1e-300
    if -w @ np.log(w) < np.log(3) / 2:
        low = middle
    else:
        halfway = middle
### END SOLUTION

# %% check="q1-check"
check("halfway", x, halfway)

# %% marks="q1-marks" points=2
# 2 points for the temperature at your scores
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q1-marks", lambda x: halfway)
### END HIDDEN TESTS

# %% [markdown]
# ## Question 2: logarithms of what is too small (4 points, 20 minutes)
#
# Write `my_logsumexp(x, alpha=1.0)`, the number $\alpha \log \sum_j e^{x_j/\alpha}$, and
# `my_log_softmax(x, alpha=1.0)`, the vector of the logarithms of the shares, for scores of any size.
#
# A share of $e^{-1000}$ is too small for a floating-point number, its logarithm is not: it is $-1000$. A
# cross entropy computed as `-np.log(my_softmax(x))` is infinite there, and its gradient is lost. So take no
# logarithm of a share. What is $\log w_i$, written with the value of the first function?


# %% answer="q2-value"
def my_logsumexp(x, alpha=1.0):
    """Return alpha log sum_j exp(x_j / alpha) for scores x of shape (d,)."""
    ### BEGIN SOLUTION
    top = np.max(x)
    return top + alpha * np.log(np.exp((np.asarray(x, dtype=float) - top) / alpha).sum())
    ### END SOLUTION


# %% answer="q2-logs"
def my_log_softmax(x, alpha=1.0):
    """Return the logarithms of the shares of the scores x, shape (d,)."""
    ### BEGIN SOLUTION
    gaps = (np.asarray(x, dtype=float) - np.max(x)) / alpha
    return gaps - np.log(np.exp(gaps).sum())
    ### END SOLUTION


# %% check="q2-check"
check(my_logsumexp)
check(my_log_softmax)

# %% marks="q2-logsumexp" points=2
# 2 points for logsumexp, at small and large scores and several temperatures
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q2-logsumexp", lambda x, alpha: my_logsumexp(x, alpha))
### END HIDDEN TESTS

# %% marks="q2-logsoftmax" points=2
# 2 points for the logarithms of shares, small ones included
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q2-logsoftmax", lambda x, alpha: my_log_softmax(x, alpha))
### END HIDDEN TESTS

# %% [markdown]
# ## Question 3: which functions come back? (3 points, 25 minutes)
#
# The conjugate of a function with the values $\Omega(w_k)$ at the places $w_1 < w_2 < \dots < w_n$ is
#
# $$\Omega^*(s) = \max_k \; s \, w_k - \Omega(w_k) .$$
#
# 1. Write `conjugate(values, places, slopes)`: the values of $\Omega^*$ at all given slopes $s$ at once. Do
#    not loop.
# 2. Take the conjugate of the conjugate. A function comes back if this equals it at all places; minus entropy does:
# see
#    [A function from a maximum](book:conjugacy#sec-conjugate). Let $H(w) = -w \log w - (1 - w) \log(1 - w)$,
#    with $0 \log 0 = 0$ (NumPy says nan: set both ends to 0). Do all functions come back? Draw a few on 101
#    places of $[0, 1]$: $H(w)$, $-H(w)$, $|w - \tfrac12|$, $(w - \tfrac14)^2 (w - \tfrac34)^2$. Then write
#    `comes_back(values, places)`, which says `True` or `False`.
#
# You may decide the second by conjugates or by the property that you find. If you use conjugates: which
# slopes are enough? The places need not be evenly spaced. A straight line comes back too: do not let rounding
# in the last digit decide.


# %% answer="q3-conjugate"
def conjugate(values, places, slopes):
    """Return the conjugate at each slope; values and places have shape (n,), slopes and the result (m,)."""
    ### BEGIN SOLUTION
    return (np.outer(slopes, places) - values).max(axis=1)
    ### END SOLUTION


# %% answer="q3-back"
def comes_back(values, places):
    """Say whether the conjugate of the conjugate has the same values at all places."""
    ### BEGIN SOLUTION
    rises = np.diff(values) / np.diff(places)  # the slopes from each place to the next
    return bool(np.all(np.diff(rises) >= -1e-9))  # convex: they never fall
    ### END SOLUTION


# %% check="q3-check"
check(conjugate)
check(comes_back)

# %% marks="q3-values" points=1
# 1 point for the conjugate
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q3-values", lambda values, places, slopes: conjugate(values, places, slopes))
### END HIDDEN TESTS

# %% marks="q3-functions" points=2
# 2 points if you tell all functions that come back from all that do not
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q3-functions", lambda values, places: comes_back(values, places))
### END HIDDEN TESTS

# %% [markdown]
# ## Question 4: a million scores in blocks (4 points, 25 minutes)
#
# The scores of a large model do not fit into one array. They come in blocks. Keep two numbers for each: the
# largest score $m$, and $s = \sum_i e^{x_i - m}$. Then $\log \sum_i e^{x_i} = m + \log s$.
#
# Write `summary(block)`, which returns $(m, s)$, and `merge(one, other)`, which takes two such pairs and
# returns the pair of the two blocks together, without looking at a score again. The pair of no scores at
# all is $(-\infty, 0)$; merging with it changes nothing.
#
# This is how attention is computed on long texts: blocks can be merged in any order, on any machine.


# %% answer="q4-summary"
def summary(block):
    """Return (m, s) of a block of scores, an array of shape (n,) with n >= 1."""
    ### BEGIN SOLUTION
    m = np.max(block)
    return m, np.exp(np.asarray(block, dtype=float) - m).sum()
    ### END SOLUTION


# %% answer="q4-merge"
def merge(one, other):
    """Return the pair (m, s) of two blocks from the pair of each."""
    ### BEGIN SOLUTION
    m = max(one[0], other[0])
    if m == -np.inf:
        return m, 0.0  # both are empty, and -inf - -inf is not a number
    return m, sum(s * np.exp(top - m) for top, s in (one, other))
    ### END SOLUTION


# %% check="q4-check"
check("merge", summary, merge)

# %% marks="q4-blocks" points=3
# 3 points for the summary of scores that come in several blocks, blocks far apart included
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q4-blocks", lambda a, b, c: [merge(summary(a), merge(summary(b), summary(c))), summary(a)])
### END HIDDEN TESTS

# %% marks="q4-nothing" points=1
# 1 point for empty blocks, given by their pairs
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q4-nothing", lambda one, other: merge(tuple(one), tuple(other)))
### END HIDDEN TESTS

# %% [markdown]
# ## Question 5: up and down with the temperature (4 points, 25 minutes, marked by a person)
#
# For fixed scores let $L(\alpha) = \alpha \log \sum_{i=1}^d e^{x_i/\alpha}$ and
# $M(\alpha) = L(\alpha) - \alpha \log d$ (the book calls them logsumexp and mellowmax). You may use that
# $L(\alpha) = \max_w \, \langle w, x \rangle + \alpha H(w)$ over the simplex, with
# $H(w) = -\sum_i w_i \log w_i$, and that $0 \le H(w) \le \log d$.
#
# **Prove**, for $\alpha > 0$ (no derivative is needed), that $L$ never falls and $M$ never rises as
# $\alpha$ grows. Then find the limits of both as $\alpha \to 0$, and of $M$ as $\alpha \to \infty$.
#
# (For a fixed $w$, what kind of function of $\alpha$ is $\langle w, x \rangle + \alpha H(w)$?)

# %% [markdown] proof="q5" points=4
# *$L$ never falls.* For a fixed $w$ the function $\alpha \mapsto \langle w, x \rangle + \alpha H(w)$ is a
# straight line with slope $H(w) \ge 0$. Let $\alpha < \beta$, and let $w$ be a maximiser at $\alpha$. Then
# $L(\alpha) = \langle w, x \rangle + \alpha H(w) \le \langle w, x \rangle + \beta H(w) \le L(\beta)$.
#
# *$M$ never rises.* $M(\alpha) = \max_w \, \langle w, x \rangle + \alpha (H(w) - \log d)$. These are lines
# with slopes at most 0. Let $w$ be a maximiser at $\beta > \alpha$. Then
#
# $$M(\beta) = \langle w, x \rangle + \beta (H(w) - \log d)
#   \le \langle w, x \rangle + \alpha (H(w) - \log d) \le M(\alpha) .$$
#
# *Cold.* From $0 \le H \le \log d$ we get $\max_i x_i \le L(\alpha) \le \max_i x_i + \alpha \log d$. So
# $L(\alpha) \to \max_i x_i$ as $\alpha \to 0$, and $M(\alpha) = L(\alpha) - \alpha \log d$ has the same
# limit.
#
# *Hot.* The centre is a candidate, so $M(\alpha) \ge \bar x$, the mean of the scores. From above,
# $M(\alpha) = \alpha \log \frac1d \sum_i e^{x_i/\alpha}$, and $e^t = 1 + t + O(t^2)$ gives
# $\frac1d \sum_i e^{x_i/\alpha} = 1 + \bar x/\alpha + O(\alpha^{-2})$, whence
# $M(\alpha) = \bar x + O(1/\alpha)$. So $M(\alpha) \to \bar x$.
#
# ### BEGIN MARK SCHEME
# - 1 mark: $L$ never falls, as a maximum of lines with slopes $H(w) \ge 0$. The comparison through one
#   maximiser, or "a maximum of functions that do not fall does not fall", must be there.
# - 1 mark: $M$ never rises, in the same way, with slopes $H(w) - \log d \le 0$.
# - 1 mark: the limit of both as $\alpha \to 0$, with the two bounds.
# - 1 mark: the limit of $M$ as $\alpha \to \infty$ is the mean, with a reason from both sides or an
#   expansion.
# - A proof by differentiating ($L' = H$ at the maximiser) earns the marks if the derivative is justified.
# ### END MARK SCHEME
