"""Notebooks that were handed in: read, held against the release, rebuilt."""
