"""The pages' frame: rendering, forms, the interface for programs, the gate, and the page of a case."""
