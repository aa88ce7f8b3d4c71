"""Tell a writer what is wrong (errors: facts) and what could be better (warnings: advice)."""

from pipeline.check.run import Checked, check

__all__ = ["Checked", "check"]
