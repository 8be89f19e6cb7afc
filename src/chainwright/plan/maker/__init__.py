"""What to do in a maker's chain: measures that cover its gaps, and what they cost."""
