"""In which order to restart what stands still."""
