"""What decisions are made on and written by: the admission, locked reads, and one write."""
