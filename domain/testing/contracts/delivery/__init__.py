"""The tier of delivery: notices that are tailed, letters that are sent, and what was read of them."""
