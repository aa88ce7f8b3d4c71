"""E-mail: an entry as a newsletter, to each recipient at most once."""
