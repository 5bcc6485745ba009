"""What an installation is set to: settings, country, clock, the bus's address, senders' tokens, logging."""
