"""What every test runs under."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no failure: Hypothesis counts examples, not milliseconds.
settings.register_profile("daycast", deadline=None)
settings.load_profile("daycast")
