"""Builds a lab's notebooks from its source, and proves its checks."""
