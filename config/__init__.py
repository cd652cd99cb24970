"""From the environment to a running desk: settings, logging, and the one place that puts the parts together."""
