"""What the tests of other packages call in place of their own functions, for `peers.py`.

Arguments and results are translated, and nothing is computed. A case that asks for what regsoft does not offer is
skipped, with the reason. Options that choose an algorithm, such as a number of iterations, have no meaning here.
"""

import numpy as np
import pytest

import regsoft

MARK = "regsoft lacks: "  # how each reason of this file begins


def lacking(reason, asked):
    """Skip the case if it asks for what the reason names."""
    if asked:
        pytest.skip(MARK + reason)


def of_scipy():
    """Return what stands where in the tests of SciPy."""

    def logsumexp(a, axis=None, b=None, keepdims=False, return_sign=False):
        lacking("complex numbers", np.iscomplexobj(a) or np.iscomplexobj(b))
        lacking("weights and signs of logsumexp", b is not None or return_sign)
        return regsoft.logsumexp(a, axis=axis, keepdims=keepdims)

    def entropy(pk, qk=None, base=None, axis=0):  # of weights, which are divided by their sum
        lacking("logarithms to another base", base is not None)
        pair = [pk] if qk is None else np.broadcast_arrays(pk, qk)
        points = [weights / np.sum(weights, axis=axis, keepdims=True) for weights in pair]
        return (regsoft.shannon_entropy if qk is None else regsoft.kl_divergence)(*points, axis=axis)

    sums, logits = "scipy.special.tests.test_logsumexp", "scipy.special.tests.test_logit"
    return {
        f"{sums}.logsumexp": logsumexp,
        f"{sums}.softmax": lambda x, axis=None: regsoft.softmax(x, axis=axis),
        f"{sums}.log_softmax": lambda x, axis=None: regsoft.log_softmax(x, axis=axis),
        f"{logits}.expit": regsoft.sigmoid,
        f"{logits}.logit": regsoft.logit,
        f"{logits}.log_expit": regsoft.log_sigmoid,
        "scipy.stats.tests.test_entropy.stats.entropy": entropy,
    }


def of_scikit_learn():
    """Return what stands where in scikit-learn: the arithmetic of its losses, below its own checks."""

    def two_classes(loss, y, x):
        x = x.reshape(len(x))
        return np.stack([0 * x, x], -1), np.stack([1 - y, y], -1), 1

    def many_classes(loss, y, x):
        return x, np.eye(loss.n_classes, dtype=x.dtype)[y.astype(int)], slice(None)

    def method(points, name):
        """Return the method of a loss; `points` gives scores, targets, and the classes that have a derivative."""

        def call(self, y_true, raw_prediction, sample_weight=None, n_threads=1, **out):
            lacking("an array for the result", any(array is not None for array in out.values()))
            lacking("weights of samples", sample_weight is not None)
            lacking("threads", n_threads > 1)
            x, y, classes = points(self, y_true, raw_prediction)
            parts = {  # the loss of scikit-learn keeps the entropy of the target
                "loss": lambda: regsoft.fenchel_young_loss(x, y) + regsoft.shannon_entropy(y),
                "gradient": lambda: (regsoft.softmax(x) - y)[:, classes],
                "hessian": lambda: np.diagonal(regsoft.softmax_jacobian(x), 0, 1, 2)[:, classes],
                "proba": lambda: regsoft.softmax(x),
            }
            found = [parts[part]() for part in name.split("_")]
            return tuple(found) if len(found) > 1 else found[0]

        return call

    def log_loss(targets, shares, *, normalize=True, sample_weight=None):
        lacking("weights of samples", sample_weight is not None)
        return (np.mean if normalize else np.sum)(regsoft.cross_entropy(targets, shares))

    names = ["loss", "gradient", "loss_gradient", "gradient_hessian"]
    losses = {
        "HalfBinomialLoss": (two_classes, names),
        "HalfMultinomialLoss": (many_classes, [*names, "gradient_proba"]),
    }
    return {
        f"sklearn._loss.loss.{loss}.{name}": method(points, name)
        for loss, (points, names) in losses.items()
        for name in names
    } | {
        "sklearn.metrics._classification._log_loss": log_loss,
        "sklearn.utils.tests.test_extmath.softmax": regsoft.softmax,
    }


def of_entmax():
    """Return what stands where in entmax: functions of tensors that torch can differentiate."""
    import torch

    torch.manual_seed(0)  # its tests draw their scores while they are imported

    class Through(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, value, product):
            ctx.x, ctx.product = x.detach().numpy(), product
            return torch.from_numpy(value(ctx.x))

        @staticmethod
        def backward(ctx, v):
            return torch.from_numpy(ctx.product(ctx.x, v.numpy())), None, None

    def shares(x, order, axis):  # the Jacobian is symmetric
        return Through.apply(
            x,
            lambda x: regsoft.entmax(x, order, axis=axis),
            lambda x, v: regsoft.entmax_jvp(x, v, order, axis=axis),
        )

    def loss(x, labels, order):
        labels = labels.numpy()
        return Through.apply(
            x,
            lambda x: regsoft.fenchel_young_loss(x, labels, order),
            lambda x, v: v[:, None] * (regsoft.entmax(x, order) - np.eye(x.shape[1])[labels]),
        )

    def number(alpha):
        lacking("derivatives by the order", getattr(alpha, "requires_grad", False))
        lacking("an order for each slice", np.ndim(alpha) > 0)
        lacking("orders below 1", alpha < 1)
        return float(alpha)

    return {
        "entmax.activations.sparsemax": lambda x, dim=-1, k=None: shares(x, 2.0, dim),
        "entmax.activations.entmax15": lambda x, dim=-1, k=None: shares(x, 1.5, dim),
        "entmax.root_finding.sparsemax_bisect": lambda x, dim=-1: shares(x, 2.0, dim),
        "entmax.root_finding.entmax_bisect": lambda x, alpha=1.5, dim=-1: shares(x, number(alpha), dim),
        "entmax.losses.sparsemax_loss": lambda x, y, k: loss(x, y, 2.0),
        "entmax.losses.entmax15_loss": lambda x, y, k: loss(x, y, 1.5),
        "entmax.losses.sparsemax_bisect_loss": lambda x, y, n_iter: loss(x, y, 2.0),
        "entmax.losses.entmax_bisect_loss": lambda x, y, alpha, n_iter: loss(x, y, number(alpha)),
    }


REPLACEMENTS = {"SciPy": of_scipy, "scikit-learn": of_scikit_learn, "entmax": of_entmax}
