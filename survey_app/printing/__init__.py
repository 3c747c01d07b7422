"""Paper: HTML printed as A4 in a closed process, in Chinese with straight edges and real fonts."""
