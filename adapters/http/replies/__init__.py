"""What is answered: the envelope, refusals in words, addresses and headers."""
