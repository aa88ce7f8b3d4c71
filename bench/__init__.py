"""Time daycast, in ratios: to peers on the same posts, to a bare Python, and stage by stage."""
