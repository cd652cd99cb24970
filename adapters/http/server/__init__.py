"""The server: sockets, threads, and whose turn it is."""
