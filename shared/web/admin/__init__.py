"""The pages that every agency has: signing in, roles, assignments, access log, parked records, metrics."""
