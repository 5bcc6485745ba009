"""A whole country in one process: real instances, relays, codec and fold; the log, the network, the clocks and all chance are simulated.

Everything that is a matter of luck in reality is a step drawn from one seeded random, so that a seed gives the same history each time.
At quiet points, everything healed and drained, the oracle judges the databases and the log.
"""
