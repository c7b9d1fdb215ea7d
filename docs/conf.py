"""The course site: `make docs` writes it to docs/_site."""

project = "Fine-tuning labs"
author = copyright = "The fine-tuning labs authors"
extensions = ["myst_parser"]
html_theme = "furo"
exclude_patterns = ["_site"]
myst_heading_anchors = 3
