// The service worker lands with the capture screen.
