"""Traces for operators: the exporter of spans, the filter of what may be in them, and their delivery."""
