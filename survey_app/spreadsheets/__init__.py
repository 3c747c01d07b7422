"""Tables of any room as forms and files: one entry typed or many uploaded, judged by the same rules."""
