"""Settings that must be made before NumPy, SciPy and torch compute anything."""

import os

# scikit-learn's checks of array API input run only with this, and would be skipped
os.environ.setdefault("SCIPY_ARRAY_API", "1")
# two processes share the tests: with more threads each they would wait for each other
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
