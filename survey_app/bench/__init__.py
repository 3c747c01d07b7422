"""What the product costs, measured on a database of its own that is thrown away; never on the real one."""
