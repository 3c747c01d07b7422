"""要您办的: what waits for whom, said on the first page and to the group's robot; and the week in figures."""
