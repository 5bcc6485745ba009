"""Reporting: the rapporteur's figures from statistical records, and hand-off latency for operators from finished spans."""
