"""The book on paper: what Sphinx writes as LaTeX, and `python -m website.paper.pdf`."""
