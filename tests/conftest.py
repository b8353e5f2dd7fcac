"""Settings that must be made before SciPy is imported."""

import os

# scikit-learn's checks of array API input run only with this, and would be skipped
os.environ.setdefault("SCIPY_ARRAY_API", "1")
