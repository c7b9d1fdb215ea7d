"""What a course notebook imports: hardware, settings, data, tokenization, metrics, checks and plots.

Importing this package is instant; heavy libraries are imported inside the functions that need them.
"""

__version__ = "0.1.0"
