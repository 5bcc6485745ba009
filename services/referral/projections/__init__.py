"""What follows from a record in this service's own tables."""
