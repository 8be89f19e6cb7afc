"""Thousands of draws: what is uncertain, batches, executors, quantiles, sensitivity."""
