"""The house of symmetries: imports go downwards, and every public docstring is complete."""

import ast
import inspect
import pickle
import sys
from pathlib import Path

import pytest

import sklearn_symclone
from sklearn_symclone import symmetry

ROOT = Path(sklearn_symclone.__file__).parent.parent
FILES = sorted((ROOT / "sklearn_symclone" / "symmetry").rglob("*.py"))
#: Packages from the lowest to the highest.
LAYERS = ["representations", "groups", "language", "maps"]
ALLOWED = {"numpy", "scipy", "sklearn", "lark", "sympy"} | set(sys.stdlib_module_names)


def module_of(file):
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(file): file for file in FILES}


def imports(module):
    """Return what a module imports, inside of functions as well; names of packages in full."""
    found = set()
    inside = module if MODULES[module].name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            above = inside.split(".")[: inside.count(".") + 2 - node.level] if node.level else []
            source = ".".join([*above, *filter(None, [node.module])])
            names = {f"{source}.{alias.name}" for alias in node.names}
            # a name is a module of a package, or something inside of the module
            found |= {name if name in MODULES else source for name in names}
    return found


IMPORTS = {module: imports(module) for module in MODULES}


def test_imports_are_found():
    package = "sklearn_symclone.symmetry"
    assert f"{package}.groups.base" in IMPORTS[f"{package}.groups.sized"]
    assert f"{package}.representations" in IMPORTS[f"{package}.groups.sized"]
    assert f"{package}.groups" in IMPORTS[package]
    assert f"{package}.maps.orbits" in IMPORTS[f"{package}.maps.invariants"]
    assert "lark.exceptions" in IMPORTS[f"{package}.language.parser"]


def test_no_files_import_each_other():
    left = {module: found & set(MODULES) for module, found in IMPORTS.items()}
    while lowest := {module for module, found in left.items() if not found}:
        left = {module: found - lowest for module, found in left.items() if module not in lowest}
    assert left == {}


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_downwards_and_stay_inside(module):
    layer = module.split(".")[2] if module.count(".") > 1 else None
    for other in IMPORTS[module]:
        if not other.startswith("sklearn_symclone"):
            assert other.split(".")[0] in ALLOWED
        elif layer in LAYERS:
            assert other.startswith("sklearn_symclone.symmetry.")
            target = other.split(".")[2]
            assert target == "docstrings" or LAYERS.index(target) <= LAYERS.index(layer)


@pytest.mark.parametrize("name", symmetry.__all__)
def test_public_names_exist(name):
    assert hasattr(symmetry, name)


# Docstrings

#: Where the summary starts, and names of what is returned.
STYLE = {"GL01", "GL02", "RT02"}
#: A method says in one sentence what it does, and needs no example.
METHOD = STYLE | {"ES01", "SA01", "EX01"}


PUBLIC = {f"sklearn_symclone.symmetry.{name}": getattr(symmetry, name) for name in symmetry.__all__}
CODE = {name: value for name, value in PUBLIC.items() if callable(value)}
#: Classes whose methods public classes have.
CLASSES = {base for value in CODE.values() if inspect.isclass(value) for base in value.__mro__}
CLASSES = sorted((c for c in CLASSES if c.__module__ in MODULES), key=lambda c: c.__qualname__)


def problems(path, ignored):
    validation = pytest.importorskip("numpydoc.validate")
    errors = validation.validate(path)["errors"]
    return [(path, *error) for error in errors if error[0] not in ignored]


@pytest.mark.parametrize("path", CODE)
def test_docstrings_of_classes_and_functions_are_complete(path):
    assert problems(path, STYLE) == []


@pytest.mark.parametrize("owner", CLASSES)
def test_docstrings_of_methods_are_complete(owner):
    for name, member in vars(owner).items():
        is_code = callable(member) or isinstance(member, property | classmethod | staticmethod)
        if is_code and not name.startswith("_"):
            assert problems(f"{owner.__module__}.{owner.__qualname__}.{name}", METHOD) == []


def test_an_override_has_the_docstring_of_what_it_overrides():
    assert symmetry.S.sample.__doc__ == symmetry.Group.sample.__doc__
    assert symmetry.S.order.__doc__ == "Number of elements, n!."
    assert pickle.loads(pickle.dumps(symmetry.S)) is symmetry.S
