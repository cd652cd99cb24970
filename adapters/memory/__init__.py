"""The desk in memory: every port of the store over dicts, as strict as the databases, gone with its process."""
