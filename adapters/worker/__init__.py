"""What runs by itself: offers and ads that expire, and letters that are sent."""
