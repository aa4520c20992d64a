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
# # Problem set 2: reading Figure 1
#
# **16 points, about 110 minutes.** Chapters: [Sigmoid](book:sigmoid), [Figure 1](book:figure-1),
# [Geometry](book:geometry).
#
# A picture can mislead three times: along each axis, and in its level sets. You read Figure 1 of the
# document that the book works through (from here on *the document*) with a ruler, repair what it says, and
# prove the one number that a ruler cannot give you.
#
# - Run the cells from top to bottom. Write in the answer cells, in place of `raise NotImplementedError`.
#   Add cells of your own where you like; keep the names of functions and variables.
# - After each answer `check` says how many checks pass, what is wrong, and gives a hint. It gives no marks.
#   The marks come later, when your functions are run on other numbers.
# - Use NumPy: SciPy is not there while your work is marked, and `regsoft` is switched off.
# - The last question is a proof. Type it in its cell, or paste a photograph of your sheet into that cell; a
#   picture handed in as a file of its own is not taken.
#
# Throughout, $H(w) = -w \log w - (1 - w) \log(1 - w)$ is the entropy of a coin, and the surface on the top
# panel of Figure 1 is
#
# $$g(w, \alpha) = w x + \alpha H(w), \qquad 0 \le w \le 1 .$$

# %%
import numpy as np
from coursework.ps2.hints import check
from regsoft.check import own_numbers

# %% [markdown]
# Some questions have numbers that are yours alone. They are drawn from the id under which you hand in.

# %% answer="student"
# Your id, as in: student = "ann01"
### BEGIN SOLUTION
student = "reference"
### END SOLUTION

# %% [markdown]
# ## Question 1: two readings and a ruler (2 points, 20 minutes)
#
# Somebody fixed a decision $w$ on the top panel and read the height of the surface at $\alpha = -1000$ and
# at $\alpha = 1000$. The two readings below are yours. Neither $w$ nor $x$ is known.
#
# The document calls the curve between them sigmoidal. It is not:
# see [Along α: what the eye saw](book:figure-1#sec-affine). So two readings are enough to find
#
# - `product`, the number $w x$,
# - `entropy`, the number $H(w)$,
# - `small_w`, the decision, if it is at most $\tfrac12$. (By symmetry $1 - $ `small_w` explains the
#   readings as well, with another $x$.)
#
# There is no formula for the inverse of the entropy. Halve an interval: forty times is enough. Do not round.

# %% answer="q1"
alphas = np.array([-1000.0, 1000.0])
values = own_numbers("ps2", student, 2, 50, 650) * [-1, 1]
print("readings:", values)
### BEGIN SOLUTION
product = values.mean()  # the line at alpha = 0
entropy = (values[1] - values[0]) / 2000  # its slope
low, small_w = 0.0, 0.5
for _ in range(60):
    middle = (low + small_w) / 2
    if -middle * np.log(middle) - (1 - middle) * np.log1p(-middle) < entropy:
        low = middle
    else:
        small_w = middle
### END SOLUTION

# %% check="q1-check"
check("line", alphas, values, product, entropy, small_w)

# %% marks="q1-line" points=1
# 1 point for the product and the entropy
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q1-line", lambda values: [product, entropy])
### END HIDDEN TESTS

# %% marks="q1-decision" points=1
# 1 point for the decision
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q1-decision", lambda values: small_w)
### END HIDDEN TESTS

# %% [markdown]
# ## Question 2: repair the argmin (3 points, 20 minutes)
#
# The document asks for $\arg\min_{w \in [0, 1]} g(w, \alpha)$ and hopes for the sigmoid. What does its
# formula return in fact? Write `extremes(x, alpha)` for a score $x \ne 0$ and any real $\alpha$. It returns
# two decisions: the place of the smallest value of $g$ on $[0, 1]$, then the place of the largest.
#
# Cut through the panel at one positive $\alpha$ and at one negative $\alpha$, and see at which of the four places
# the slope is zero. Do not overflow: $\alpha$ may be small. See [Maximum, not
# minimum](book:sigmoid#sec-second-order).


# %% answer="q2"
def extremes(x, alpha):
    """Return (place of the smallest value, place of the largest value) of g on [0, 1], for x != 0."""
    ### BEGIN SOLUTION
    worst_end, best_end = (0.0, 1.0) if x > 0 else (1.0, 0.0)
    if alpha == 0:
        return worst_end, best_end
    power = np.exp(-abs(x / alpha))
    flat = (1.0 if x / alpha > 0 else power) / (1 + power)  # sigmoid(x / alpha): there the slope is zero
    return (worst_end, flat) if alpha > 0 else (flat, best_end)
    ### END SOLUTION


# %% check="q2-check"
check(extremes)

# %% marks="q2-arch" points=1
# 1 point for alpha > 0, the half of the panel where entropy is rewarded
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q2-arch", lambda x, alpha: extremes(x, alpha))
### END HIDDEN TESTS

# %% marks="q2-bowl" points=2
# 2 points for alpha < 0, where it is punished, for alpha = 0, and for alpha near 0
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q2-bowl", lambda x, alpha: extremes(x, alpha))
### END HIDDEN TESTS

# %% [markdown]
# ## Question 3: the best parabola (3 points, 20 minutes)
#
# Along $w$ the document sees a parabola. Take it at its word. Write `best_parabola(x, alpha)`. It returns
# the three coefficients $(c_0, c_1, c_2)$ of the parabola $c_0 + c_1 w + c_2 w^2$ that fits
# $g(\cdot, \alpha)$ best on $[0, 1]$: the mean square of the difference, over all $w$ in $[0, 1]$ with
# equal weight, is as small as possible.
#
# A fit to a few thousand evenly spaced decisions is accurate enough, for $\alpha = \pm 1$ as for
# $\alpha = \pm 1000$: each coefficient may be off by $0.005 \, |\alpha|$. At both ends $0 \log 0 = 0$.
#
# Then look at your coefficients for $x = 0$ and $\alpha = 1$. You will meet them again in question 5. See
# [Along w: almost a parabola](book:figure-1#sec-parabola).


# %% answer="q3"
def best_parabola(x, alpha):
    """Return (c0, c1, c2) of the parabola that fits g(., alpha) best on [0, 1]."""
    ### BEGIN SOLUTION
    w = np.linspace(0, 1, 4001)
    w[[0, -1]] = 1e-12, 1 - 1e-12  # where w log w is as good as 0
    surface = w * x - alpha * (w * np.log(w) + (1 - w) * np.log1p(-w))
    return np.polynomial.Polynomial.fit(w, surface, 2).convert().coef
    ### END SOLUTION


# %% check="q3-check"
check(best_parabola)

# %% marks="q3-marks" points=3
# 3 points for the coefficients at other scores and weights of both signs
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q3-marks", lambda x, alpha: best_parabola(x, alpha))
### END HIDDEN TESTS

# %% [markdown]
# ## Question 4: who reaches the edge first? (4 points, 25 minutes)
#
# On the triangle the document says "ellipse". The region within a drop $\delta$ of the top is a ball of the
# divergence, $\sum_i u_i \log \frac{u_i}{w_i} \le r$ with $r = \delta/\alpha$; the ellipse
# $\tfrac12 \sum_i \frac{(u_i - w_i)^2}{w_i} \le r$ is its limit for small $r$. (Here $w$ is the centre, all
# $w_i > 0$, and $u$ runs through vectors whose entries add up to 1.) See
# [Regions near the best value](book:figure-1#sec-ellipse).
#
# As $r$ grows, each of the two sets reaches an edge of the simplex: a point with $u_k = 0$ for some $k$.
# Write `edge_radii(w)`. It returns the smallest $r$ at which the ball does, then the smallest $r$ at which
# the ellipse does.
#
# Fix $k$ first. Of all $u$ with $u_k = 0$, which is nearest to $w$? Guess how the share of option $k$ is
# handed to the others, and confirm it with a Lagrange multiplier. It works for any number of options.
#
# When you have both formulas, compare them for a small $w_k$: by which factor is the ellipse too early?


# %% answer="q4"
def edge_radii(w):
    """Return (radius of the ball, radius of the ellipse) at which they first reach an edge; w has shape (d,)."""
    ### BEGIN SOLUTION
    # Nearest is u_i = w_i / (1 - w_k): the others keep their ratios. Then
    # the divergence is -log(1 - w_k), and the form (w_k + w_k^2 / (1 - w_k)) / 2 = w_k / (1 - w_k) / 2.
    smallest = np.min(w)  # both grow with w_k
    return -np.log1p(-smallest), smallest / (1 - smallest) / 2
    ### END SOLUTION


# %% check="q4-check"
check(edge_radii)

# %% marks="q4-ball" points=2
# 2 points for the ball
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q4-ball", lambda w: edge_radii(w)[0])
### END HIDDEN TESTS

# %% marks="q4-ellipse" points=2
# 2 points for the ellipse
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q4-ellipse", lambda w: edge_radii(w)[1])
### END HIDDEN TESTS

# %% [markdown]
# ## Question 5: where the twelve per cent come from (4 points, 25 minutes, marked by a person)
#
# The book measures that at $x = 0$ the best parabola misses the ends of the arch by 12 % of its height.
# Your coefficients from question 3 suggest an exact number. Let $\alpha = 1$.
#
# **Prove** that for every $x$ the parabola that is best in the sense of question 3 is above the arch by
# exactly $\tfrac1{12}$ at both ends, and conclude what part of the height of the arch this is at $x = 0$.
#
# You may use $\int_0^1 w^n \log w \, dw = -\frac{1}{(n + 1)^2}$, and that a polynomial $q$ of degree at
# most 2 is best exactly if $\int_0^1 (g - q) \, r \, dw = 0$ for all polynomials $r$ of degree at most 2.

# %% [markdown] proof="q5" points=4
# *The score does not matter.* $g(w) = w x + H(w)$. If $q$ is best for $H$, then $q + w x$ is best for $g$,
# because the difference is the same and $q + w x$ runs through all parabolas when $q$ does. So take
# $x = 0$. $H$ is symmetric about $\tfrac12$, and the best parabola is unique, so it is symmetric too:
# $q(w) = c_0 + c w (1 - w)$, and at both ends it is $c_0$, where $H = 0$.
#
# *Two conditions.* The difference $H - q$ is symmetric, so it is orthogonal to the antisymmetric
# $w - \tfrac12$ anyway. What is left is $r = 1$ and $r = w(1 - w)$. With the given integral
# $\int_0^1 -w \log w \, dw = \tfrac14$, and by symmetry $\int_0^1 H \, dw = 2 \cdot \tfrac14 = \tfrac12$.
# Also
#
# $$\int_0^1 H \, w (1 - w) \, dw = 2 \int_0^1 -w \log w \, (w - w^2) \, dw
#   = 2 \bigl(\tfrac19 - \tfrac1{16}\bigr) = \tfrac7{72} .$$
#
# For the parabola, $\int_0^1 w(1 - w) \, dw = \tfrac16$ and $\int_0^1 w^2 (1 - w)^2 \, dw = \tfrac1{30}$.
# So
#
# $$c_0 + \tfrac16 c = \tfrac12, \qquad \tfrac16 c_0 + \tfrac1{30} c = \tfrac7{72} .$$
#
# *The solution.* Six times the second minus the first:
# $\bigl(\tfrac15 - \tfrac16\bigr) c = \tfrac7{12} - \tfrac12$, so $c = 30 \cdot \tfrac1{12} = \tfrac52$ and
# $c_0 = \tfrac12 - \tfrac5{12} = \tfrac1{12}$. The parabola is above the arch by $\tfrac1{12}$ at both
# ends.
#
# *The part of the height.* At $x = 0$ the arch rises from 0 to $\log 2$, and
# $\frac{1}{12 \log 2} \approx 0.1202$: the twelve per cent.
#
# ### BEGIN MARK SCHEME
# - 1 mark: every score is covered: it adds the same line to arch and parabola, so $x = 0$ suffices; or $x$
#   is carried through the equations.
# - 1 mark: the conditions are set up correctly, by symmetry as here, with three unknowns, or in Legendre
#   polynomials.
# - 1 mark: the integrals and the solution $c_0 = \tfrac1{12}$, $c_1 = \tfrac52$ (plus $x$, where it is
#   carried along), $c_2 = -\tfrac52$.
# - 1 mark: the conclusion: both ends, the sign (above), and $1/(12 \log 2) \approx 12.0\,\%$.
# - A numerical fit instead of the integrals earns no mark for the third item.
# ### END MARK SCHEME
