"""An instance on the bus: relay, consumer, prefetch, runner, and the topic of directories."""
