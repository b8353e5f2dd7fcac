"""How the house is built: no circle of files, no private names across packages, few arguments."""

import ast
from pathlib import Path

import pytest

import sklearn_symclone

ROOT = Path(sklearn_symclone.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))


def module_of(path):
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


MODULES = {module_of(path): path for path in FILES}


def imports(path):
    """Yield each import of ours as the module and the name that is taken from it."""
    here = module_of(path) if path.name == "__init__.py" else module_of(path)[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.ImportFrom):
            continue
        package = here[: len(here) - node.level + 1] if node.level else ()
        source = (*package, *(node.module or "").split(".")) if node.module else package
        if source[0] == "sklearn_symclone":
            yield from ((source, alias.name) for alias in node.names)


def files_of(source, name):
    """Return the file that an import reads: a package's own file only for what stands there."""
    return MODULES.get((*source, name)) or MODULES.get(source)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_package_uses_private_names_of_another(path):
    package = module_of(path)[:2]
    for source, name in imports(path):
        private = [part for part in (*source, name) if part[0] == "_" and part[:2] != "__"]
        # what stands at the top of the house is for all rooms: the version, the constraints
        shared = len(source) == 1 or source[1] in ("_version", "_options")
        assert not private or shared or source[:2] == package, (source, name)


def test_there_is_no_circle_of_files():
    below = {
        path: {files_of(*found) for found in imports(path)} - {path, None}
        for path in FILES
        if path.name != "__init__.py"
    }
    while free := {path for path, needed in below.items() if not needed & below.keys()}:
        below = {path: needed for path, needed in below.items() if path not in free}
    assert not below, sorted(str(path.relative_to(ROOT)) for path in below)


def functions():
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "__init__":
                yield path.relative_to(ROOT), node


def test_a_function_takes_nine_arguments_at_most():
    for path, node in functions():
        arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
        assert len(arguments) <= 9, (path, node.name)


def test_a_file_can_be_taken_in():
    assert not [path for path in FILES if len(path.read_text().splitlines()) > 400]
