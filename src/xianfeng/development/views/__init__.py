"""Pages of the road, one module per noun."""
