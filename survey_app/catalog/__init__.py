"""What is known before anyone goes anywhere: units, halls, counters, phones, matters, reform items."""
