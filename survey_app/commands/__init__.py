"""The commands of ``flask --app wsgi``, one a file."""
