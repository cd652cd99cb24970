"""The outside world behind the domain's ports: one folder a technology. None of them knows another, or the settings."""
