"""A maker's own chain: what hangs on one source, how long it survives, what is lost."""
