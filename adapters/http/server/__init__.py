"""The server: sockets, threads, whose turn it is, and what is read of a body."""
