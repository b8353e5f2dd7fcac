"""Every docstring of the public API says what numpydoc asks for."""

import dataclasses
import importlib
import inspect

import pytest

from sklearn_symclone import symmetry

PACKAGES = [
    "sklearn_symclone",
    "sklearn_symclone.anchors",
    "sklearn_symclone.datasets",
    "sklearn_symclone.exceptions",
    "sklearn_symclone.inspection",
    "sklearn_symclone.metrics",
    "sklearn_symclone.preprocessing",
    "sklearn_symclone.references",
    "sklearn_symclone.students",
    "sklearn_symclone.students.activations",
    "sklearn_symclone.symmetry",
    "sklearn_symclone.training.optimizers",
]
#: Not asked for: a summary on the second line, a longer summary, names of what is returned.
IGNORED = {"GL01", "GL02", "ES01", "RT02"}
#: Methods need no example, and name no other place to look.
IGNORED_OF_METHODS = IGNORED | {"EX01", "SA01"}


def public(package):
    """Return the public classes and functions of a package by name."""
    module = importlib.import_module(package)
    names = getattr(module, "__all__", None) or [n for n in vars(module) if not n.startswith("_")]
    found = {f"{package}.{name}": getattr(module, name) for name in names}
    return {
        name: value
        for name, value in found.items()
        if callable(value) and getattr(value, "__module__", "").startswith("sklearn_symclone")
    }


PUBLIC = {name: value for package in PACKAGES for name, value in public(package).items()}


def methods(owner):
    """Yield the paths of the public methods and properties that a class defines itself."""
    fields = {f.name for f in dataclasses.fields(owner)} if dataclasses.is_dataclass(owner) else ()
    for name, member in vars(owner).items():
        is_code = callable(member) or isinstance(member, property | classmethod | staticmethod)
        if is_code and not name.startswith("_") and name not in fields:
            yield f"{owner.__module__}.{owner.__qualname__}.{name}"


#: Public classes, and those of this library that they inherit methods from.
CLASSES = {base for value in PUBLIC.values() if inspect.isclass(value) for base in value.__mro__}
CLASSES = {base for base in CLASSES if base.__module__.startswith("sklearn_symclone")}
METHODS = sorted(path for owner in CLASSES for path in methods(owner))


def problems(path, ignored):
    validation = pytest.importorskip("numpydoc.validate")
    errors = validation.validate(path)["errors"]
    return [f"{code}: {text}" for code, text in errors if code not in ignored]


@pytest.mark.parametrize("path", sorted(PUBLIC))
def test_a_docstring_of_a_class_or_function_is_complete(path):
    assert problems(path, IGNORED) == []


@pytest.mark.parametrize("path", METHODS)
def test_a_docstring_of_a_method_is_complete(path):
    assert problems(path, IGNORED_OF_METHODS) == []


def test_an_override_has_the_docstring_of_what_it_overrides():
    assert symmetry.S.sample.__doc__ == symmetry.Group.sample.__doc__
    assert symmetry.S.order.__doc__ == "Number of elements, n!."
