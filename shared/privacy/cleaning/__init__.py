"""What a file is, by its content, and the same without what it tells of its maker and its camera, and without anything that could run."""
