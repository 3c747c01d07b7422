"""The offline engine: ops arrive once, are kept as they came, and become what screens read."""
