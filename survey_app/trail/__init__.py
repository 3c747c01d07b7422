"""改动记录: what was changed in the whole product, by whom and when, in words."""
