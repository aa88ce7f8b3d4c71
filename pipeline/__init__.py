"""Turn front-matter Markdown series into LinkedIn text, a blog and feeds."""

__version__ = "0.1.0"
