"""The command line: one module a group of commands. Imports wait until a command runs, so that each is quick."""
