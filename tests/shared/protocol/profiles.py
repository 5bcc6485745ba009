"""How hard the property tests search: the same examples each time, or a larger random search where somebody asks for one."""

import os

from hypothesis import HealthCheck, settings

ASKED = int(os.environ.get("NRM_PROPERTY_EXAMPLES", "0"))


def searching(examples: int, steps: int = 50) -> settings:
    """Settings with this many examples, or with as many as NRM_PROPERTY_EXAMPLES says, then random."""
    return settings(
        max_examples=ASKED or examples, stateful_step_count=steps, derandomize=not ASKED, database=None, deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )  # fmt: skip
