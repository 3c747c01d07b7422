"""看一眼: what blocks people, where, and whether it gets better; counted, never scored."""
