"""What comes in: spans and statistical records."""
