"""What developers run: checks, tests, locks, and documents in step."""
