"""A LinkedIn of one's own: a server on the loopback that keeps LinkedIn's rules and fails as told.

::

    with FakeLinkedIn(clock=lambda: NOON) as server:
        server.add_token("canary", member="abc")
        server.fail(Reset(after=40), method="POST", path="/rest/posts")
        ...  # run what is tested with api_base = oauth_base = server.url
        assert [post.visible for post in server.posts] == ["Day 2 (of 30)"]

``python -m pipeline.testing.linkedin`` runs one in a process of its own.

The rules are those of LinkedIn's pages (posts-api, little-text-format, images-api, documents-api, multiimage-post-api,
comments-api, versioning, migrations, error-handling, rate-limits, authorization-code-flow) and of answers seen in other
projects' logs, as of 2026-11. It knows neither polls nor videos.
"""

from pipeline.testing.linkedin.accounts import REVIEWED, SELF_SERVE
from pipeline.testing.linkedin.faults import Answer, Cut, Drip, Drop, Fault, Garbage, Hang, Reset, Stall
from pipeline.testing.linkedin.little_text import Mention, Shown, shown
from pipeline.testing.linkedin.records import Comment, Edit, Post, Record, Request, Upload, records_in
from pipeline.testing.linkedin.server import FakeLinkedIn

__all__ = [
    "REVIEWED",
    "SELF_SERVE",
    "Answer",
    "Comment",
    "Cut",
    "Drip",
    "Drop",
    "Edit",
    "FakeLinkedIn",
    "Fault",
    "Garbage",
    "Hang",
    "Mention",
    "Post",
    "Record",
    "Request",
    "Reset",
    "Shown",
    "Stall",
    "Upload",
    "records_in",
    "shown",
]
