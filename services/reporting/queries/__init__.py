"""Reads for pages and programs."""
