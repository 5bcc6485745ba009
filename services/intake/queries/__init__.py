"""What the pages of this service read."""
