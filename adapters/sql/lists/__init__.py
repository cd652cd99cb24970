"""What is only looked at: lists, details and committed notices."""
