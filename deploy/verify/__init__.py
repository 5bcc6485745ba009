"""Verification of databases against the log, by the oracle."""
