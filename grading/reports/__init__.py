"""Reports about a class: grades for learning platforms, item analysis, similarity of code."""
