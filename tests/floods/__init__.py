"""Attacks by number: each floods a desk as its operator runs it, and those who ask honestly meanwhile measure it.

``python3 dev.py floods`` prints the table that docs/figures/security.md has. The attackers come from addresses of their
own on the loopback, so that the desk tells them apart as it would tell strangers apart.
"""
