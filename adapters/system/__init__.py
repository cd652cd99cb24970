"""What the machine and the interpreter give: time, chance, processes and signals, a reactor, nudges."""
