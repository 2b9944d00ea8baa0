"""What the pages of each register are made of: columns, filters and forms, one module per register."""
