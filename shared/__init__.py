"""What all services stand on: the protocol (the law of a case) and the runtime that carries it."""
