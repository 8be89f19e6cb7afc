"""Files in official layouts, written from real or made-up numbers that add up."""
