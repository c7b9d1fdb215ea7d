"""What a check's outcome means, and what may be said of it."""
