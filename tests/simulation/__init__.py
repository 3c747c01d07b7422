"""The offline engine whole: virtual phones with the served scripts, the real app, a lossy line."""
