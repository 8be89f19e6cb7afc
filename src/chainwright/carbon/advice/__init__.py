"""What would help most: measures that save energy, what they cost, and the grade that follows."""
