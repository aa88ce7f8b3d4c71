"""Work that many machines share: what is due is queued once, and whichever worker is free does it."""
