"""Data-set readers, one module each, found by the name a data set gives as its reader."""
