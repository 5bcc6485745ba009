"""Web pages and the interface for programs: rendering, forms, the interface for programs, the gate, and the page of a case."""
