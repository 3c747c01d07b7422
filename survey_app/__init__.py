"""办事体验 · Walk-in Survey."""
