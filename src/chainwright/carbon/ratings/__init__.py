"""Ratings: peers, intensities relative to theirs, grades and how sure they are."""
