"""Bluesky: posts as records of an AT Protocol repository, under a key of our own choosing."""
