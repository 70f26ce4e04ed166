"""Documents that citizens bring (W9): checked by content, stored once and unchanged, previewed in the terminal.

Whatever reads a citizen's file runs in a process of its own (`jail.py` starts it, `worker.py` is it), which can open
nothing, is bounded in memory and time, and answers a few numbers. This process never parses one.
"""
