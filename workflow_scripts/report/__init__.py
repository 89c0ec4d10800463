"""Stage report: figures, tables and the page that presents them."""
