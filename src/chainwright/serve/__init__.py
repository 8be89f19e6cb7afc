"""Show: pages and answers over HTTP, on this machine."""
