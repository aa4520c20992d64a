"""The Sphinx extension that keeps sliders working on a published page, without a kernel.

README.md says how a book uses it; `sphinx_static_widgets.saved` reads saved widgets in any program.
"""


def setup(app):
    """Connect the extension to Sphinx."""
    # Imported here, since it takes a second and `sphinx_static_widgets.saved` does not need it.
    from sphinx_static_widgets import extension

    return extension.setup(app)
