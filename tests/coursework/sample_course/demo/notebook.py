# %% [markdown]
# # Demo: softmax and its derivative
#
# Five points. Run the cells from top to bottom; replace each `raise NotImplementedError`.

# %%
import numpy as np

from regsoft.check import own_numbers

# %% [markdown]
# ## Question 1 (2 points): softmax that survives large scores


# %% answer="q1"
def my_softmax(z, t=1.0):
    """Return softmax(z / t) of a vector z."""
    ### BEGIN SOLUTION
    e = np.exp((np.asarray(z, float) - np.max(z)) / t)
    return e / e.sum()
    ### END SOLUTION


# %% check="q1-check"
assert np.isclose(my_softmax(np.array([1.0, 2.0, 3.0])).sum(), 1), "the entries do not add up to 1"

# %% marks="q1-marks" points=2
# Large scores and a temperature (2 points; the cases are hidden)
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q1-marks", lambda z, t: my_softmax(z, t=t))
### END HIDDEN TESTS

# %% [markdown]
# ## Question 2 (1 point): its derivative, from the probabilities


# %% answer="q2"
def my_jacobian(p):
    """Return the matrix d softmax_i / d z_j where softmax(z) = p."""
    ### BEGIN SOLUTION
    return np.diag(p) - np.outer(p, p)
    ### END SOLUTION


# %% marks="q2-marks" points=1
# Symmetry and the sign (1 point; the cases are hidden)
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q2-marks", my_jacobian)
### END HIDDEN TESTS

# %% [markdown]
# ## Question 3 (½ point): the largest of your own numbers

# %% answer="q3"
STUDENT = "your id"
### BEGIN SOLUTION
STUDENT = "reference"
### END SOLUTION
largest = max(own_numbers("demo", STUDENT))

# %% marks="q3-marks" points=0.5
# Your own numbers (half a point)
### BEGIN HIDDEN TESTS
from emitter import emit

emit("q3-marks", lambda numbers: largest)
### END HIDDEN TESTS

# %% [markdown]
# ## Question 4 (1½ points): why does the sum stay 1?

# %% [markdown] proof="q4" points=1.5
# Every entry is divided by the sum of all. HOLDSECRET
#
# ### BEGIN MARK SCHEME
# One point for the division, half a point for saying that the sum is positive. SCHEMESECRET
# ### END MARK SCHEME
