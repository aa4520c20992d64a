"""`make linkcheck` asks the DOI registry, not the publishers.

A DOI leads to a publisher, and many publishers refuse programs: a link that works for readers would be reported as
broken. So the DOI registry is asked whether it knows the DOI; this finds typing errors, too.
"""

from urllib.parse import urlsplit

RESOLVERS = ("doi.org", "dx.doi.org", "www.doi.org")


def ask_the_register(app, uri):
    """Return the address in the register of DOIs to check in place of a link to a DOI; None for other links."""
    parts = urlsplit(uri)
    if parts.netloc.lower() in RESOLVERS:
        return f"https://doi.org/api/handles{parts.path}"
    return None
