"""Tables as offices send them: read, checked line by line, each thing that is wrong said once."""
