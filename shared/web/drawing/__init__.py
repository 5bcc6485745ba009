"""Drawings in SVG: charts, the path of a case, and what each shows in words."""
