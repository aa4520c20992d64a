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
# # Problem set 1: the two functions
#
# **18 points, about 100 minutes.** Chapters: [Introduction](book:introduction), [Sigmoid](book:sigmoid),
# [Softmax](book:softmax), [Calculus](book:calculus).
#
# You meet softmax by hand, in code, through its signs and through its derivative. At the end you find out
# why it has to be the exponential.
#
# - Run the cells from top to bottom. Write in the answer cells, in place of `raise NotImplementedError`.
#   Add cells of your own where you like; keep the names of functions and variables.
# - After each answer `check` says how many checks pass, what is wrong, and gives a hint. It gives no marks.
#   The marks come later, when your functions are run on other numbers.
# - Use NumPy: SciPy is not there while your work is marked, and `regsoft` is switched off: `regsoft.softmax`
#   will not answer for you.
# - The last question is a proof. Type it in its cell, or paste a photograph of your sheet into that cell; a
#   picture handed in as a file of its own is not taken.

# %%
import numpy as np
from coursework.ps1.hints import check
from regsoft.check import own_numbers

# %% [markdown]
# Some questions have numbers that are yours alone. They are drawn from the id under which you hand in.

# %% answer="student"
# Your id, as in: student = "ann01"
### BEGIN SOLUTION
student = "reference"
### END SOLUTION

# %% [markdown]
# ## Question 1: only gaps count (2 points, 10 minutes)
#
# With scores $x$ and temperature $\alpha > 0$ option $i$ gets the share
#
# $$w_i = \frac{e^{x_i/\alpha}}{\sum_j e^{x_j/\alpha}} .$$
#
# Your three scores stand below, the best one last. With pencil and paper first:
#
# 1. At $\alpha = 1$, what is the quotient of the best share and the second? Call it `ratio`.
# 2. At which temperature is the best share exactly nine times the second? Call it `alpha_nine`.
#
# Neither needs the third score. Why not? See
# [Many scores: the softmax](book:introduction#sec-softmax-function).

# %% answer="q1"
x = np.arange(3) + own_numbers("ps1", student, 3, 0.0, 0.9)
print("your scores:", x)
### BEGIN SOLUTION
ratio = np.exp(x[2] - x[1])  # the sum cancels in a quotient
alpha_nine = (x[2] - x[1]) / np.log(9)  # exp(gap / alpha) = 9
### END SOLUTION

# %% check="q1-check"
check("gaps", x, ratio, alpha_nine)

# %% marks="q1-ratio" points=1
# 1 point for the ratio at your scores
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q1-ratio", lambda x: ratio)
### END HIDDEN TESTS

# %% marks="q1-temperature" points=1
# 1 point for the temperature at your scores
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q1-temperature", lambda x: alpha_nine)
### END HIDDEN TESTS

# %% [markdown]
# ## Question 2: softmax that survives (4 points, 15 minutes)
#
# Write `my_softmax(x, alpha=1.0)` for a vector of scores.
#
# The formula as it stands fails at $x = (1000, 1001)$: $e^{1000}$ is too large for a floating-point number. But
# you know from question 1 that only gaps count. Use it: which number can you take from every score, so that no
# exponential is larger than 1?


# %% answer="q2"
def my_softmax(x, alpha=1.0):
    """Return the shares of the scores x, an array of shape (d,), at the temperature alpha."""
    ### BEGIN SOLUTION
    gaps = np.asarray(x, dtype=float) - np.max(x)  # at most 0, and 0 for the best
    weights = np.exp(gaps / alpha)
    return weights / weights.sum()
    ### END SOLUTION


# %% check="q2-check"
check(my_softmax)

# %% marks="q2-values" points=2
# 2 points for the values, at several temperatures
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q2-values", lambda x, alpha: my_softmax(x, alpha))
### END HIDDEN TESTS

# %% marks="q2-large" points=2
# 2 points for scores of any size and temperatures near 0
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q2-large", lambda x, alpha: my_softmax(x, alpha))
### END HIDDEN TESTS

# %% [markdown]
# ## Question 3: one rule for eight signs (3 points, 15 minutes)
#
# The document that the book follows says arg min where it needs arg max. Never be caught by a sign again. Take
# the sentence
#
# > The **…** of $s \, w x + e \, H(w)$ over $w \in [0, 1]$ is at $w = \sigma(t \, x)$, for every $x$.
#
# Each of $s$, $e$ and $t$ is $+1$ or $-1$, $H(w) = -w \log w - (1 - w) \log(1 - w)$ and
# $\sigma(x) = 1/(1 + e^{-x})$. Write `word(s, e, t)`, which fills the gap: `"max"`, `"min"`, or `"neither"` if
# the sentence is wrong with both.
#
# For example, $s = e = t = 1$ is the convention of the book. Try two or three other cases on paper: where is
# the slope zero, and which way does the curve bend? Then one rule covers all eight. See
# [The derivation, line by line](book:sigmoid#sec-six-lines) and
# [Maximum, not minimum](book:sigmoid#sec-second-order).


# %% answer="q3"
def word(s, e, t):
    """Return "max", "min" or "neither"; s, e and t are +1 or -1."""
    ### BEGIN SOLUTION
    # The slope s x + e log((1 - w)/w) is zero at w = sigmoid(s e x), as 1/e = e.
    if s * e != t:
        return "neither"
    return "max" if e > 0 else "min"  # +H bends down, -H bends up
    ### END SOLUTION


# %% check="q3-check"
check(word)

# %% marks="q3-marks" points=3
# 3 points if all eight cases are right
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q3-marks", lambda s, e, t: word(s, e, t))
### END HIDDEN TESTS

# %% [markdown]
# ## Question 4: who gains, who loses (2 points, 15 minutes)
#
# When score $j$ rises a little, share $i$ changes at the rate $J_{ij} = \partial w_i / \partial x_j$.
# Derive $J$ from the formula for $w_i$ in question 1, and write it with the shares and $\alpha$ alone: no
# score is left in it.
#
# Write `my_jacobian(w, alpha=1.0)`. It takes the *shares* $w$, so it works even if your softmax does not.
# Compare with [The Jacobian, and one by hand](book:calculus#sec-jacobian) when you are done.


# %% answer="q4"
def my_jacobian(w, alpha=1.0):
    """Return the matrix of shape (d, d) with entries d w_i / d x_j at the shares w."""
    ### BEGIN SOLUTION
    w = np.asarray(w, dtype=float)
    return (np.diag(w) - np.outer(w, w)) / alpha
    ### END SOLUTION


# %% check="q4-check"
check(my_jacobian)

# %% marks="q4-marks" points=2
# 2 points for the matrix, at several temperatures
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q4-marks", lambda w, alpha: my_jacobian(w, alpha))
### END HIDDEN TESTS

# %% [markdown]
# ## Question 5: what the derivative remembers (3 points, 20 minutes)
#
# Somebody shows you a Jacobian of softmax for $d \ge 3$ options, and neither the scores nor the
# temperature. Write `shares_from_jacobian(jacobian)`: it finds the shares.
#
# Look at your formula from question 4 first. What is the quotient of two entries of one column, both off
# the diagonal? Which shares can you compare in this way, and how do you compare the others?
#
# Two things to think about, without marks: why can the *scores* not come back? And why does it take three
# options: which two vectors of two shares have the same Jacobian?


# %% answer="q5"
def shares_from_jacobian(jacobian):
    """Return the shares, shape (d,), from their Jacobian, shape (d, d) with d >= 3, at any temperature."""
    ### BEGIN SOLUTION
    jacobian = np.asarray(jacobian, dtype=float)
    weights = np.ones(len(jacobian))
    weights[1] = jacobian[1, 2] / jacobian[0, 2]  # J_12 / J_02 = w_1 / w_0
    weights[2:] = jacobian[2:, 1] / jacobian[0, 1]  # J_i1 / J_01 = w_i / w_0
    return weights / weights.sum()
    ### END SOLUTION


# %% check="q5-check"
check(shares_from_jacobian)

# %% marks="q5-marks" points=3
# 3 points for the shares of three to six options, at several temperatures
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q5-marks", lambda jacobian: shares_from_jacobian(jacobian))
### END HIDDEN TESTS

# %% [markdown]
# ## Question 6: why the exponential? (4 points, 25 minutes, marked by a person)
#
# In question 1 the quotient of two shares depended on the gap of their scores alone. Luce (*Individual
# Choice Behavior*, 1959) took a property of this kind as the *definition* of a reasonable choice. Take it
# too.
#
# Let $d \ge 3$ and let $F$ be a map from $\mathbb{R}^d$ to vectors of positive shares that add up to 1.
# Suppose there is a differentiable function $\varphi$ such that for all scores $x$ and all $i$, $j$
#
# $$\frac{F_i(x)}{F_j(x)} = \varphi(x_i - x_j) .$$
#
# **Prove** that $F_i(x) = e^{c x_i} / \sum_j e^{c x_j}$ for some number $c$. Say where you use that there
# are three options, and what $c > 0$, $c = 0$ and $c < 0$ mean.

# %% [markdown] proof="q6" points=4
# *Three options.* Let $i$, $j$, $k$ be different. From
# $\frac{F_i}{F_k} = \frac{F_i}{F_j} \cdot \frac{F_j}{F_k}$ we get
# $\varphi(x_i - x_k) = \varphi(x_i - x_j) \, \varphi(x_j - x_k)$. With three options the gaps
# $a = x_i - x_j$ and $b = x_j - x_k$ can be any two numbers, so $\varphi(a + b) = \varphi(a) \varphi(b)$
# for all real $a$, $b$.
#
# *A differential equation.* Shares are positive, so $\varphi > 0$. At $b = 0$:
# $\varphi(a) = \varphi(a) \varphi(0)$, hence $\varphi(0) = 1$. Differentiate in $b$ and set $b = 0$:
# $\varphi'(a) = c \, \varphi(a)$ with $c = \varphi'(0)$. Then $\bigl(\varphi(a) e^{-ca}\bigr)' = 0$, so
# $\varphi(a) e^{-ca} = \varphi(0) = 1$ and $\varphi(a) = e^{ca}$.
#
# *The shares.* $F_i(x) = F_j(x) \, e^{c(x_i - x_j)}$. Sum over $i$:
# $1 = F_j(x) \, e^{-c x_j} \sum_i e^{c x_i}$. Hence $F_j(x) = e^{c x_j}/\sum_i e^{c x_i}$.
#
# *The sign of $c$.* For $c > 0$ this is softmax at the temperature $1/c$. For $c = 0$ all shares are equal
# whatever the scores: infinite temperature. For $c < 0$ the smaller score gets more: softmin, at the
# temperature $-1/c$.
#
# ### BEGIN MARK SCHEME
# - 1 mark: $\varphi(a + b) = \varphi(a) \varphi(b)$ from a chain of three options, with the remark that $a$
#   and $b$ are free because there are three.
# - 1 mark: from there to the exponential, by the differential equation or by another complete argument
#   (rational multiples and continuity). No mark for "it is well known".
# - 1 mark: $\varphi(0) = 1$ and $\varphi > 0$ are stated where they are needed, and the shares are
#   normalised.
# - 1 mark: the meaning of the three signs of $c$.
# - A proof for $d = 3$ only earns full marks. A check that softmax has the property, instead of a proof
#   that nothing else has it, earns 1 of the first three marks at most; the fourth is independent.
# ### END MARK SCHEME
