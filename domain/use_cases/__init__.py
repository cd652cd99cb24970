"""What people can do here: one verb, one file, one function. Each takes the ports it uses, by name.

A use case reads under locks, asks the model, and applies what the model decided. It never commits: whoever drives
it owns the transaction, a raise rolls back and a return commits.
"""
