"""Kernels that submissions run in, and the walls around them."""
