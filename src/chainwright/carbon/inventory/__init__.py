"""What firms emit: activities times factors, month by month, in all scopes."""
