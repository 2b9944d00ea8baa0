"""What every app shares and no app owns: pages, columns, numbers, periods, charts. No tables, no domain."""
