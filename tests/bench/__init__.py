"""How fast the desk is, measured against the bare work that its databases do for it.

    python3 dev.py bench                         the whole table, in about ten minutes
    python3 dev.py bench --large                 with a million finished offers in the tables, too
    python3 dev.py bench --only offer --seconds 1 --rounds 1

A machine that others use is noisy. So every row is measured for a few seconds in each of several rounds, bound and
desk in turn, and what is told is the median of the rounds; a ratio is the median of the rounds' ratios.
"""
