"""The atlas: what a study found, packed into one page that a browser opens from a file."""
