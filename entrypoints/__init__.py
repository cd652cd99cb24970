"""What is started: a process each, and the command line. Nothing is decided here."""
