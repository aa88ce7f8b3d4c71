"""Publish: decide what is due, claim, send, record. Each slot goes out at most once, and none is lost from sight."""
