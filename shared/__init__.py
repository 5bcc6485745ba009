"""What all services share: the protocol (the rules of a case) and the packages that carry it out, each importing only those below it."""
