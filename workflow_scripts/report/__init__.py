"""Stage report: figures, tables and the page that joins them."""
