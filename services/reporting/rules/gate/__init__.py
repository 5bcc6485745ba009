"""Disclosure control: what is hidden in a release so that nobody can be told from it. Pure."""
