"""How the site is built: ``sphinx-build -W -b html docs docs/_build/html``."""

import re
import shutil
from pathlib import Path

import sklearn_symclone

DOCS = Path(__file__).parent
RESULTS = DOCS.parent / "benchmarks" / "results"
#: Copies of the results, as pages of the site.
TABLES = DOCS / "tables"

project = "sklearn_symclone"
author = "The sklearn_symclone developers"
copyright = "2026, the sklearn_symclone developers"
version = release = sklearn_symclone.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build", "auto_examples/*.ipynb", "auto_examples/*.py", "auto_examples/*.md5"]
templates_path = ["_templates"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3
# a page for the README's readers shows $...$ as GitHub does
myst_dmath_double_inline = True

autosummary_generate = True
autodoc_typehints = "none"
numpydoc_class_members_toctree = False
numpydoc_show_class_members = False

html_theme = "pydata_sphinx_theme"
html_title = "sklearn_symclone"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_theme_options = {
    "navbar_end": ["theme-switcher"],
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}

sphinx_gallery_conf = {
    "examples_dirs": "../examples/gallery",
    "gallery_dirs": "auto_examples",
    "filename_pattern": r"/plot_",
    "abort_on_example_error": True,
    "download_all_examples": False,
    "remove_config_comments": True,
    "show_memory": False,
    "show_signature": False,
    "within_subsection_order": "FileNameSortKey",
    "copyfile_regex": r"",
}


def copy_results(app):
    """Make pages of the tables of results and of the notes, so that links lead to them."""
    shutil.rmtree(TABLES, ignore_errors=True)
    TABLES.mkdir()
    for source in (*RESULTS.glob("*.md"), *RESULTS.glob("*.png"), RESULTS.parent / "NOTES.md"):
        if source.name != "README.md":
            shutil.copy(source, TABLES)
    summary = (RESULTS / "README.md").read_text()
    links = {"](../../docs/": "](../", "](../NOTES.md": "](NOTES.md"}
    for theirs, ours in links.items():
        summary = summary.replace(theirs, ours)
    (TABLES / "summary.md").write_text(summary)


def lead_to_copies(app, page, source):
    """Turn paths that work on the pages of the repository into those of the site."""
    text = source[0].replace("../benchmarks/results/README.md", "tables/summary.md")
    source[0] = re.sub(r"\.\./benchmarks/(?:results/)?(\w+\.(?:md|png))", r"tables/\1", text)
    if page == "tables/NOTES":
        source[0] = source[0].replace("](results/", "](")


def without_foreign_labels(app, what, name, thing, options, lines):
    """Keep the text of references to scikit-learn's user guide, whose labels are not ours."""
    lines[:] = [re.sub(r":ref:`([^<`]*?)\s*<\w+>`", r"\1", line) for line in lines]


def setup(app):
    """Register what happens before pages are read."""
    app.connect("builder-inited", copy_results)
    app.connect("source-read", lead_to_copies)
    app.connect("autodoc-process-docstring", without_foreign_labels)
