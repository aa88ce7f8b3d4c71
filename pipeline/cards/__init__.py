"""Draw pictures of entries: typst sets them, fontTools says which characters its fonts have (the extra ``[cards]``)."""
