"""`./nrm bench`: figures taken side by side in one run, as ratios, because absolute ones move with the machine.

Each module measures one thing: `async measure(lab)` gives rows. It judges nothing: a timed test fails on a busy machine.
"""
