"""Every public function and method tells its types, for editors and for mypy."""

import inspect

import pytest
from test_docstrings import PUBLIC

#: Packages whose types mypy checks.
CHECKED = ("symmetry", "metrics", "anchors", "datasets", "references", "preprocessing")
TYPED = {
    f"{value.__module__}.{value.__qualname__}": value
    for value in PUBLIC.values()
    if value.__module__.split(".")[1] in CHECKED
    or value.__module__.endswith((".activations", ".optimizers", "._regressor", "._classifier"))
    or "._averaged" in value.__module__
    or "._equivariant" in value.__module__
}


def functions(value):
    """Yield a function, or the public methods that a class or one of its bases defines."""
    if inspect.isfunction(value):
        yield value
        return
    for name in dir(value):
        if name.startswith("_") or not inspect.isfunction(inspect.getattr_static(value, name)):
            continue
        own = [vars(base)[name] for base in value.__mro__ if name in vars(base)]
        # an override has the types of what it overrides
        yield next((method for method in own if method.__annotations__), own[0])


@pytest.mark.parametrize("path", sorted(TYPED))
def test_a_public_function_tells_its_types(path):
    for function in functions(TYPED[path]):
        if not function.__module__.startswith("sklearn_symclone"):
            continue
        function = inspect.unwrap(function)
        given = inspect.signature(function)
        missing = [
            name
            for name, parameter in given.parameters.items()
            if parameter.annotation is parameter.empty and name not in ("self", "cls")
        ]
        if given.return_annotation is given.empty:
            missing.append("return")
        assert not missing, (function.__qualname__, missing)
