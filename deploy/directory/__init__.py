"""What the coordinator does: keep the root key, list agencies and their instances' keys, put each version in force."""
