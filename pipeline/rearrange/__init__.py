"""Move the days of a series: what the files become, shown before it is done, and nothing that is out among it."""
