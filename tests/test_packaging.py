"""What is installed: its version and its types."""

from importlib import metadata, resources

import sklearn_symclone


def test_the_version_is_that_of_the_installed_package():
    assert metadata.version("sklearn-symclone") == sklearn_symclone.__version__


def test_type_checkers_are_told_that_there_are_types():
    assert resources.files(sklearn_symclone).joinpath("py.typed").is_file()
