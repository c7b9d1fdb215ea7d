"""What an instructor learns from the grades of a class."""
