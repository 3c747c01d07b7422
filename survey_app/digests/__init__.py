"""Briefings: compiled from records, edited as plain text, printed as A4 PDF."""
