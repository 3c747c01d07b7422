"""From what came in to what was put right: the office's inbox, its decisions, the reform items."""
