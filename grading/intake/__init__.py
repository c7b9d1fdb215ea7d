"""How submissions come in."""
