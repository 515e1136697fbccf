"""Pure algebra of statistical series: numbers and periods, no files and no plan."""
