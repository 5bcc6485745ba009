"""The process from which programs are forked, without what an agency imports: for what has nothing to do with that."""

import sys

from deploy.process import preloaded

if __name__ == "__main__":
    preloaded.main(int(sys.argv[1]), loading=lambda: None)
