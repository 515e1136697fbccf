"""Understanding of statistical tables: from a grid of cells to observations with every label."""
