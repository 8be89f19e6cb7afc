"""How the manual is built: offline, from these pages, the docstrings, the schemas and the help."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent / "src")]

import chainwright  # noqa: E402 - after the path

project = "chainwright"
author = "The chainwright contributors"
copyright = "The chainwright contributors, Apache-2.0"
version = release = chainwright.__version__
language = "en"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "numpydoc",
    "sphinx_design",
    "equations",
    "generated",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build", "_ext"]
default_role = "py:obj"
suppress_warnings = ["myst.xref_ambiguous"]  # a word may be a page and a term

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings give types with shapes and units
autodoc_default_options = {"members": True, "show-inheritance": True}
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_math_renderer = "mathtext"
html_theme = "furo"
html_title = f"chainwright {release}"
html_static_path = ["_static"]
html_css_files = ["manual.css"]
html_show_sourcelink = False
html_copy_source = False
