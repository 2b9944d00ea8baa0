"""`python -m benchmarks [NAME …]`: every benchmark, or those named; exit 1 when a goal is missed."""

import subprocess
import sys

ALL = ("scoring", "importing", "pages", "registers")


def main(names: list[str]) -> int:
    """Each in a process of its own, since each makes an installation of its own."""
    missed = [
        name
        for name in names or ALL
        if subprocess.run(
            [sys.executable, "-c", f"import sys; from benchmarks.{name} import main; sys.exit(not main())"],
            check=False,
        ).returncode
    ]
    if missed:
        print(f"missed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
