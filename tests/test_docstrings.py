"""Every docstring of the public API says what numpydoc asks for."""

import importlib
import inspect

import pytest
from numpydoc.validate import validate

PACKAGES = [
    "sklearn_symclone",
    "sklearn_symclone.anchors",
    "sklearn_symclone.datasets",
    "sklearn_symclone.metrics",
    "sklearn_symclone.references",
    "sklearn_symclone.students",
    "sklearn_symclone.students.activations",
    "sklearn_symclone.symmetry",
    "sklearn_symclone.training.optimizers",
]
#: What is not asked for: the layout of the first line, an extended summary, types of yields, and
#: of methods examples and other places to look.
IGNORED = {"GL01", "GL02", "GL03", "ES01", "SS06", "RT03", "RT02", "PR08", "PR09", "RT05"}
OF_METHODS = IGNORED | {"EX01", "SA01", "YD01"}


def public(package):
    module = importlib.import_module(package)
    names = getattr(module, "__all__", None) or [n for n in vars(module) if not n.startswith("_")]
    for name in names:
        found = getattr(module, name)
        if (inspect.isclass(found) or inspect.isfunction(found)) and getattr(
            found, "__module__", ""
        ).startswith("sklearn_symclone"):
            yield f"{package}.{name}", IGNORED
            if inspect.isclass(found):
                for method, value in vars(found).items():
                    if not method.startswith("_") and callable(getattr(value, "__func__", value)):
                        yield f"{package}.{name}.{method}", OF_METHODS


NAMES = sorted({name: ignored for package in PACKAGES for name, ignored in public(package)}.items())


@pytest.mark.parametrize(("name", "ignored"), NAMES, ids=[name for name, _ in NAMES])
def test_a_docstring_is_complete(name, ignored):
    errors = [f"{code}: {text}" for code, text in validate(name)["errors"] if code not in ignored]
    assert not errors, "\n".join(errors)
