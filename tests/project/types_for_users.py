"""What a type checker tells who calls regsoft: mypy reads this file, nobody runs it.

A call marked `type: ignore` is wrong; mypy complains of the mark if it would let the call pass.
"""

import numpy as np
from numpy.typing import NDArray

from regsoft import hardmax, kl_divergence, logsumexp, shannon_entropy, sigmoid, softmax, sparsemax
from regsoft.check import own_numbers
from regsoft.figures import sigmoid_curve
from regsoft.picture import Picture
from regsoft.testing import check_argmax
from regsoft.widgets import explore


def right() -> None:
    shares: NDArray[np.floating] = softmax([1, 2.5], alpha=0.5)
    batch: NDArray[np.floating] = sparsemax(
        np.ones((3, 4), np.float32), axis=(0, 1), where=[True, True, False, True]
    )
    each_its_own: NDArray[np.floating] = hardmax(batch) + softmax(batch, alpha=[1.0, 2.0, 4.0])
    loss = float(kl_divergence(shares, [0.5, 0.5]))
    first: float = logsumexp(batch)[0]
    one = float(sigmoid(2))
    drawn: NDArray[np.float64] = own_numbers("ps1", "ann01", n=2)
    picture: Picture = sigmoid_curve(alpha=2)
    explore(sigmoid_curve, alpha=[0.5, 1, 2])
    report: dict[str, float] = check_argmax(lambda x, alpha: softmax(x, alpha), shannon_entropy)


def wrong() -> None:
    softmax(None)  # type: ignore[arg-type]
    softmax([1, 2], axis=0.5)  # type: ignore[arg-type]
    logsumexp([1, 2], keepdims="no")  # type: ignore[arg-type]
    softmax([1, 2]).clipped()  # type: ignore[attr-defined]
    sigmoid([1, 2]).clipped()  # type: ignore[union-attr]
    explore(softmax, alpha=[1, 2])  # type: ignore[arg-type]
    check_argmax(softmax)  # type: ignore[call-arg]
