"""The health check of a container: succeeds once the process here answers that it is ready. Imports nothing but Python's own."""

import os
import sys
import urllib.error
import urllib.request


def healthy(port: str) -> bool:
    """Whether `/health` says 200: every instance has caught up and none has fenced itself."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=4) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if healthy(os.environ.get("NRM_PORT", "8000")) else 1)
