"""What carries the protocol: door, outbox, relay, log, journal, parking, codec, telemetry, and the frame of the pages."""
