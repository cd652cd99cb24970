"""The second tier: the small ports, each as a fixture of its name. What no fixture gives is skipped."""
