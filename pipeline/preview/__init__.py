"""Show in a browser, on this machine only, what will go out: the calendar, and each day on every channel."""
