"""How Hypothesis draws in the tests of the mathematics, which need nothing from outside this folder."""

import os

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "regsoft",
    derandomize=True,  # the same examples on every machine and in every run
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "mutation",  # where thousands of runs count by whether they fail, and a wrong formula fails soon
    settings.get_profile("regsoft"),
    max_examples=15,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "regsoft"))
