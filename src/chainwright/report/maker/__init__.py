"""The report on a maker's own chain: what hangs on one site, how long stocks last, what helps."""
