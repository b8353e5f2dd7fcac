"""What is installed: its version, its types, and the packages that it needs."""

import ast
import re
import sys
from importlib import metadata, resources
from pathlib import Path

import pytest

import sklearn_symclone

ROOT = Path(sklearn_symclone.__file__).parent
#: Where the name of the import differs from that of the package.
PACKAGES = {"sklearn": "scikit-learn", "pytorch_optimizer": "pytorch-optimizer"}


def test_the_version_is_that_of_the_installed_package():
    assert metadata.version("sklearn-symclone") == sklearn_symclone.__version__


def test_type_checkers_are_told_that_there_are_types():
    assert resources.files(sklearn_symclone).joinpath("py.typed").is_file()


@pytest.fixture(scope="module")
def project():
    tomllib = pytest.importorskip("tomllib", reason="Python 3.10 has no reader of TOML")
    return tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]


def packages_of(requirements):
    return {re.split(r"[\[<>=!~ ]", requirement)[0] for requirement in requirements}


def imported():
    """Return the packages of others that the library imports, and those that strings name."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                # "package:Class", which is imported when it is first used
                found |= set(re.findall(r"^(\w+):\w+$", node.value))
    roots = {name.split(".")[0] for name in found} - sys.stdlib_module_names - {ROOT.name}
    return {PACKAGES.get(name, name) for name in roots}


def test_what_is_installed_is_what_is_imported(project):
    required = packages_of(project["dependencies"])
    assert required <= imported()
    optional = set().union(*map(packages_of, project["optional-dependencies"].values()))
    assert imported() <= required | optional


def test_pictures_are_an_extra(project):
    assert "matplotlib" not in packages_of(project["dependencies"])
    assert packages_of(project["optional-dependencies"]["plots"]) == {"matplotlib"}


def test_an_index_page_says_who_and_what(project):
    assert project["authors"] == [{"name": "The sklearn_symclone developers"}]
    assert project["license"] == "BSD-3-Clause"
    assert "Typing :: Typed" in project["classifiers"]
    assert "version" in project["dynamic"]  # it stands in _version.py alone
