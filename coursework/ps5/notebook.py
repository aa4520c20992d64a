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
# # Problem set 5: what people ask
#
# **20 points, about 135 minutes.** Chapters: [The next word](book:tokens),
# [Classification](book:classification), [Change the set](book:sets) and [Sparsemax](book:sparsemax).
#
# Five questions of people who use softmax: which words are left after a cut, in which order the settings
# act, whether a confidence can be believed, how to choose $k$ options softly, and how to draw without
# replacement. Last, you prove what a temperature can change and what it cannot.
#
# - Run the cells from top to bottom. Write in the answer cells, in place of `raise NotImplementedError`.
#   Add cells of your own where you like; keep the names of functions and variables.
# - After each answer `check` says how many checks pass, what is wrong, and gives a hint. It gives no marks.
#   The marks come later, when your functions are run on other numbers.
# - Use NumPy: SciPy is not there while your work is marked, and `regsoft` is switched off.
# - The last question is a proof. Type it in its cell, or paste a photograph of your sheet into that cell; a
#   picture handed in as a file of its own is not taken.
#
# The temperature $\alpha > 0$ divides the scores: $\operatorname{softmax}(x, \alpha)_i$ is
# proportional to $e^{x_i/\alpha}$.

# %%
import numpy as np
from coursework.ps5.hints import check
from regsoft.check import own_numbers

# %% [markdown]
# Some questions have numbers that are yours alone. They are drawn from the id under which you hand in.

# %% answer="student"
# Your id, as in: student = "ann01"
### BEGIN SOLUTION
student = "reference"
### END SOLUTION

# %% [markdown]
# ## Question 1: two words of four (2 points, 15 minutes)
#
# Four words have the scores below, the largest first. The temperature is $\alpha = 2$, and top-k with
# $k = 2$ cuts all words but two.
#
# 1. Which shares do the four words have after the cut? Call them `shares`; a word that is cut has 0.
# 2. A bonus between 0 and 1 depends on the word that is drawn. By how much can the cut change its mean, at
#    most? Call it `lost`.
#
# See [A cut is a smaller problem](book:tokens#sec-restriction).

# %% answer="q1"
scores = np.array([3.0, 2.0, 1.0, 0.0]) + own_numbers("ps5", student, 4, 0.0, 0.9)
print("scores:", scores)
### BEGIN SOLUTION
powers = np.exp(scores / 2)
kept = np.array([1, 1, 0, 0])  # the scores fall
shares = powers * kept / (powers * kept).sum()
lost = 1 - powers[:2].sum() / powers.sum()
### END SOLUTION

# %% check="q1-check"
check("two_words", scores, shares, lost)

# %% marks="q1-shares" points=1
# 1 point for the shares after the cut
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q1-shares", lambda scores: shares)
### END HIDDEN TESTS

# %% marks="q1-lost" points=1
# 1 point for the largest change of a mean
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q1-lost", lambda scores: lost)
### END HIDDEN TESTS

# %% [markdown]
# ## Question 2: the same settings in two programs (4 points, 25 minutes)
#
# Write two rules. Each takes scores of any length, in any order, and returns the new shares in that order.
#
# - `top_p(scores, alpha, p)`: first the temperature, then the cut. The largest shares stay, as few of them as
#   are needed for a sum of $p$ or more, for $0 < p < 1$. Among equal shares, those that come first in the
#   scores stay.
# - `min_p(scores, alpha, p, first)`: a word stays if its share is at least $p$ times the largest. If
#   `first` is true, the temperature acts first and the cut sees the shares at $\alpha$. If it is false, the cut
#   sees the shares at temperature 1, and the shares of the words that stay are softmax over these words at
#   temperature $\alpha$.
#
# Scores may be thousands. Does min-p need the shares at all, or do the gaps to the best score say who
# stays? Which of the two programs writes more boldly at $\alpha = 2$, and which at $\alpha = 0.5$? See
# [The order of the rules](book:tokens#sec-order).


# %% answer="q2-top-p"
def top_p(scores, alpha, p):
    """Return the new shares: temperature first, then the fewest of the largest shares whose sum is p or more."""
    ### BEGIN SOLUTION
    scores = np.asarray(scores, dtype=float)
    w = np.exp((scores - scores.max()) / alpha)
    w = w / w.sum()
    order = np.argsort(-w, kind="stable")
    before = np.cumsum(w[order]) - w[order]
    stays = np.zeros(len(w), dtype=bool)
    stays[order[before < p]] = True
    return np.where(stays, w, 0) / w[stays].sum()
    ### END SOLUTION


# %% answer="q2-min-p"
def min_p(scores, alpha, p, first):
    """Return the new shares of min-p, with the temperature before the cut (first is true) or after it."""
    ### BEGIN SOLUTION
    gaps = np.max(scores) - np.asarray(scores, dtype=float)
    reach = np.log(1 / p) * (alpha if first else 1)
    u = np.where(gaps <= reach, np.exp(-gaps / alpha), 0)
    return u / u.sum()
    ### END SOLUTION


# %% check="q2-check"
check(top_p)
check(min_p)

# %% marks="q2-top" points=2
# 2 points for top-p, with ties and large scores
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q2-top", lambda scores, alpha, p: top_p(scores, alpha, p))
### END HIDDEN TESTS

# %% marks="q2-first" points=1
# 1 point for min-p with the temperature first
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q2-first", lambda scores, alpha, p: min_p(scores, alpha, p, True))
### END HIDDEN TESTS

# %% marks="q2-last" points=1
# 1 point for min-p with the temperature last
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q2-last", lambda scores, alpha, p: min_p(scores, alpha, p, False))
### END HIDDEN TESTS

# %% [markdown]
# ## Question 3: can I believe ninety per cent? (4 points, 30 minutes)
#
# A classifier answers with shares, one row for each example. Its *confidence* is the largest share of the
# row. The labels are whole numbers from 0.
#
# - `my_ece(shares, labels)`: the expected calibration error with ten intervals of equal length. A
#   confidence on the border of two intervals belongs to the upper one, and 1 to the last.
# - `best_temperature(scores, labels)`: the temperature at which the mean log loss of
#   $\operatorname{softmax}(x, \alpha)$ is smallest, right to three digits. It lies between 0.01 and 1000.
#
# For the second, think in $\beta = 1/\alpha$: the loss is convex in $\beta$. What is its derivative, and
# what does its sign say about where to look next? Scores may be thousands, so $e^{x/\alpha}$ may overflow.
#
# Then invent a classifier that knows nothing and has an error of 0 in the first sense. Would you choose a
# temperature by it? See [One number for a whole diagram](book:classification#sec-proper) and
# [Is the confidence right?](book:classification#sec-calibration).


# %% answer="q3-error"
def my_ece(shares, labels):
    """Return the expected calibration error of shares, a row for each example, with ten intervals."""
    ### BEGIN SOLUTION
    shares = np.asarray(shares, dtype=float)
    confidence = shares.max(axis=1)
    right = shares.argmax(axis=1) == labels
    interval = np.minimum(10 * confidence, 9).astype(int)
    # Accuracy minus confidence, times the examples of an interval, is a sum over these examples.
    return np.abs(np.bincount(interval, weights=confidence - right)).sum() / len(labels)
    ### END SOLUTION


# %% answer="q3-fit"
def best_temperature(scores, labels):
    """Return the temperature with the smallest mean log loss, for scores with a row for each example."""
    ### BEGIN SOLUTION
    gaps = scores - np.max(scores, axis=1, keepdims=True)
    of_label = gaps[np.arange(len(labels)), labels]
    low, high = 0.01, 1000.0
    for _ in range(60):
        alpha = np.sqrt(low * high)
        w = np.exp(gaps / alpha)
        w = w / w.sum(axis=1, keepdims=True)
        # The derivative with respect to 1/alpha. If it is positive, 1/alpha is too large.
        if (np.sum(w * gaps, axis=1) - of_label).mean() > 0:
            low = alpha
        else:
            high = alpha
    return alpha
    ### END SOLUTION


# %% check="q3-check"
check(my_ece)
check(best_temperature)

# %% marks="q3-ece" points=2
# 2 points for the calibration error
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q3-ece", lambda shares, labels: my_ece(shares, labels))
### END HIDDEN TESTS

# %% marks="q3-temperature" points=2
# 2 points for the temperature, with small and large scores
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q3-temperature", lambda scores, labels: best_temperature(scores, labels))
### END HIDDEN TESTS

# %% [markdown]
# ## Question 4: choose k, with another regulariser (4 points, 25 minutes)
#
# Which $k$ of $d$ options? The book answers with entropies, and no option is ever quite out. Keep the set
# and exchange the regulariser: maximise
#
# $$\langle w, x \rangle - \frac{\alpha}{2} \sum_i w_i^2
# \qquad \text{over} \qquad 0 \le w_i \le 1 , \quad \sum_i w_i = k .$$
#
# Let $\tau$ be the multiplier of the sum. What is $w_i$ if it is neither 0 nor 1? What if that comes out
# below 0, or above 1? How does the sum depend on $\tau$, and where is it certainly $d$, where certainly 0?
#
# Write `soft_top_k(scores, k, alpha)`, which returns the best $w$, for a whole number $0 < k < d$: find
# $\tau$ by bisection. Scores may be thousands and the temperature small; entries may tie.
#
# With $k = 1$ you have met the answer: under which name? See
# [Slices of the cube: soft top-k](book:sets#sec-top-k) and [The water level](book:sparsemax#sec-threshold).


# %% answer="q4"
def soft_top_k(scores, k, alpha):
    """Return the weights, between 0 and 1 with the sum k, of the regulariser of this question."""
    ### BEGIN SOLUTION
    scores = np.asarray(scores, dtype=float)
    low, high = scores.min() - alpha, scores.max()  # all weights are 1, all are 0
    for _ in range(200):
        tau = (low + high) / 2
        w = np.clip((scores - tau) / alpha, 0, 1)
        if w.sum() > k:
            low = tau
        else:
            high = tau
    return w
    ### END SOLUTION


# %% check="q4-check"
check(soft_top_k)

# %% marks="q4-values" points=2
# 2 points for a few options at several temperatures
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q4-values", lambda scores, k, alpha: soft_top_k(scores, k, alpha))
### END HIDDEN TESTS

# %% marks="q4-extremes" points=2
# 2 points for large scores, cold and hot, and ties
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q4-extremes", lambda scores, k, alpha: soft_top_k(scores, k, alpha))
### END HIDDEN TESTS

# %% [markdown]
# ## Question 5: draw several words, none twice (2 points, 15 minutes)
#
# Write `draw_words(scores, k, alpha, rng)`. It returns the places of $k$ different words in the order in
# which they are drawn: the first from $\operatorname{softmax}(x, \alpha)$, each further one from the
# words that are left, in proportion to their shares. All randomness comes from the generator `rng`, as in
# `rng.gumbel(size=3)`; two generators with one seed give the same words.
#
# You need no share, no sum and no loop. See
# [Drawing one word, or several](book:tokens#sec-without-replacement).


# %% answer="q5"
def draw_words(scores, k, alpha, rng):
    """Return the places of k different words, in the order in which they are drawn."""
    ### BEGIN SOLUTION
    noisy = np.asarray(scores, dtype=float) + alpha * rng.gumbel(size=len(scores))
    return np.argsort(-noisy)[:k]
    ### END SOLUTION


# %% check="q5-check"
check(draw_words)

# %% marks="q5-marks" points=2
# 2 points if thousands of draws have the right frequencies, and a seed always gives the same
### BEGIN HIDDEN TESTS
from emitter import emit

emit(
    "q5-marks",
    lambda x, k, alpha, seed: [
        draw_words(x, k, alpha, rng) for times in (8000, 50) for rng in [np.random.default_rng(seed)] * times
    ],
)
### END HIDDEN TESTS

# %% [markdown]
# ## Question 6: what a temperature cannot change (4 points, 25 minutes, marked by a person)
#
# Somebody has fitted a temperature, and asks what that did to the accuracy, and to the list of the examples
# that the classifier is surest of. The confidence of an example is the largest share of its row of scores.
#
# **Prove**, without a computer:
#
# 1. Within a row, the temperature changes no order: $w_i > w_j$ at one $\alpha > 0$ if and only if at every
#    other.
# 2. With two options, it changes no order of examples either: who has the larger confidence at one
#    $\alpha$ has it at every other.
# 3. With three options it can: give two rows of scores and two temperatures at which their confidences have
#    different orders, and prove it by inequalities. (For one of them, think of two scores that tie.)
#
# Then answer the question: what happens to the accuracy, and what to the list?

# %% [markdown] proof="q6" points=4
# *Within a row.* $w_i / w_j = e^{(x_i - x_j)/\alpha}$, since the sums cancel. This is larger than 1 if and
# only if $x_i > x_j$, whatever $\alpha > 0$ is.
#
# *Two options.* Let $g = |x_1 - x_2|$. The larger share is $1/(1 + e^{-g/\alpha}) = \sigma(g/\alpha)$.
# The sigmoid increases and $\alpha$ is positive, so of two examples the one with the larger $g$ has the
# larger confidence, at every $\alpha$; and equal $g$ give equal confidences.
#
# *Three options.* Take the rows $A = (0, 0, -100)$ and $B = (1, 0, 0)$. In $A$ two shares tie, so its
# confidence is below $\frac12$ at every $\alpha$. At $\alpha = \frac12$ that of $B$ is
# $1/(1 + 2 e^{-2})$, and $2 e^{-2} < 1$ because $e^2 > 4$: it is above $\frac12$, and $B$ is surer. At
# $\alpha = 10$ the confidence of $A$ is $1/(2 + e^{-10})$, and that of $B$ is $1/(1 + 2 e^{-1/10})$. Since
# $e^{-t} \ge 1 - t$, we have $1 + 2 e^{-1/10} \ge 2.8$, while $2 + e^{-10} < 2.1$. So $A$ is surer.
#
# *The answer.* The largest entry of each row stays where it is, so the prediction of each example is the
# same and the accuracy does not change. With two classes the list keeps its order. With three or more it
# can change, and so can the set of examples that are answered if only the surest ones are answered.
#
# ### BEGIN MARK SCHEME
# - 1 mark: the ratio of two shares, and the conclusion for every positive temperature.
# - 1 mark: the confidence of two options as an increasing function of the gap over the temperature.
# - 1 mark: two rows and two temperatures with different orders, proved by inequalities or by limits that
#   are stated (cold and hot). Numbers from a computer alone earn nothing here.
# - 1 mark: predictions and accuracy stay; the list can change with three or more classes, and not with two.
# - A proof of the first part by the increasing exponential, without the ratio, is complete if it says that
#   both shares have the same denominator.
# ### END MARK SCHEME
