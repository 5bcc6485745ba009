"""A whole land in one process: real doors, relays, codec and fold; the log, the network, the clocks and all chance are made up.

Everything that is a matter of luck in reality is a step drawn from one seeded random, so that a seed tells the same story each time.
At quiet points, everything healed and drained, the oracle judges the databases and the log.
"""
