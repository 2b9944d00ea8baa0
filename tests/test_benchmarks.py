"""The benchmarks run, and whoever is compared finds the same."""

import pytest

from benchmarks.scoring import files


@pytest.mark.slow
def test_ours_duckdb_and_polars_agree_on_a_small_size(capsys):
    assert files.main(["413", "--runs", "1"])
    said = capsys.readouterr().out
    assert "89,208 rows" in said
    assert all(f"\n{name} " in said for name in ("ours", "duckdb", "polars", "bincount"))
