"""Collects submissions, and reads what was collected."""
