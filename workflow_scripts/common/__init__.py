"""What every stage uses: files, tables, HDF5, seeds, errors, registries, the command line, figures."""
