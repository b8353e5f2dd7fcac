"""The house of symmetries: imports go downwards and stay inside."""

import ast
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


def test_the_class_of_a_group_can_be_pickled():
    assert pickle.loads(pickle.dumps(symmetry.S)) is symmetry.S
