"""What operators do to a running installation: parked records, another log."""
