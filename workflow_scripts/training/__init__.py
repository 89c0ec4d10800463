"""Stage training: folds by subject, trained networks, their predictions."""
