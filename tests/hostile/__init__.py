"""Submissions that attack or break, each with the grade and the status that it must get."""
