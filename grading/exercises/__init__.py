"""Grading by exercise: the lab runs once for a class, and each exercise of each submission in a fork of that run."""
