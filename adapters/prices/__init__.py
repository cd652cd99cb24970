"""Where market prices come from: a file, or a server that is asked by https."""
