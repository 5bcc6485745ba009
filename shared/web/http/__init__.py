"""From a request to an answer: the gate, the desk of whoever asks, forms, pages, the interface for programs."""
