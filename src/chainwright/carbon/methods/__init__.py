"""Methods of rating: thresholds, means and their standing, as dated files."""
