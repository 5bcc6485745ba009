"""What an installation is told: settings, country, clock, the bus's address, senders' tokens, logging."""
