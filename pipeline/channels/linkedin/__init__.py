"""LinkedIn's channel: post through its API, or hand a person everything to post."""
