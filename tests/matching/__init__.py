"""How good the suggestions are, on real citizens' messages with labels of ours."""
