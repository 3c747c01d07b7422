"""What people, leaders and the media said of the service, what was answered, and the figures to quote."""
