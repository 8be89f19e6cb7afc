"""The event room: who is hit, what is missing when, and whom to send what."""
