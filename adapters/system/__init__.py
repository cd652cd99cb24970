"""What the machine gives: the time, chance, and a fan-out of nudges."""
