"""The health check of a container: succeeds while the process here answers. Imports nothing but Python's own.

Not whether it is ready: what restarts containers must leave this one alone while the bus or the database is away, for people go on working.
"""

import os
import sys
import urllib.error
import urllib.request


def healthy(port: str) -> bool:
    """Whether `/health/live` says 200."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=4) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if healthy(os.environ.get("NRM_PORT", "8000")) else 1)
