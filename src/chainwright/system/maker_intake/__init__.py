"""From understood cells to a maker that can be stored: rows matched, possible, rejected."""
