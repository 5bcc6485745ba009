"""The pages of a case: its glance and tabs, the person, what was told, words, documents, letters, and what a person asks of their data."""
