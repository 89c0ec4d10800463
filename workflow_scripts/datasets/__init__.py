"""Stage datasets: from a data set's own folders and label files to one index table."""
