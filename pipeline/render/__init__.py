"""Turn entries into artifacts: LinkedIn posts, pages and feeds. Everything here stops before a disk or a network."""
