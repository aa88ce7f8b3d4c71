"""Write the first files of a project, the next entry of a series, and the workflow that publishes it on GitHub.

Never over a file that is there.
"""

from __future__ import annotations

from pipeline.scaffold.files import SHARED, SLUG, Plan, authority_of, hashtag_of, make_entry, make_project, slug_of
from pipeline.scaffold.github import SYNC, WORKFLOW, make_workflow

__all__ = [
    "SHARED",
    "SLUG",
    "SYNC",
    "WORKFLOW",
    "Plan",
    "authority_of",
    "hashtag_of",
    "make_entry",
    "make_project",
    "make_workflow",
    "slug_of",
]
