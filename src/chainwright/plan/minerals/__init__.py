"""Reserves of strategic minerals: outages of supplier countries, needs, sizes, release."""
