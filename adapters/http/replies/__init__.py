"""What is answered: the envelope, refusals in words, and an offer as its reader sees it."""
