"""Who goes where, when, and what they look at there."""
