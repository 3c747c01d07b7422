"""What people saw, handled and asked in the halls: capture, and every record as it stands."""
