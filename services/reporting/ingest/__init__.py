"""Ingest: finished spans by OTLP, and statistical records from their topic."""
