"""A ledger of households: kept encrypted outside the project, published only as safe tables."""
