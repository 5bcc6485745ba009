"""One process of an agency: serving, its keys, whether it is healthy."""
