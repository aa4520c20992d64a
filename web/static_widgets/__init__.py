"""The Sphinx extension that keeps sliders alive on a published page, without a kernel.

A page gets static-widgets.js in place of the stock scripts. The frames of its widgets are written to a script of
their own, which is fetched when the reader begins to read. Until then, and without JavaScript, each widget shows
the picture it starts with. README.md says how another book uses it.
"""

import json
from hashlib import sha256
from pathlib import Path

from docutils import nodes
from myst_nb.core.render import WIDGET_STATE_MIMETYPE, WIDGET_VIEW_MIMETYPE
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

FOLDER = Path(__file__).parent
SCRIPT, STYLES = "static-widgets.js", "static-widgets.css"
logger = logging.getLogger(__name__)


def replace_stock(app, config):
    """Let the pages load our script where myst-nb would have them load require.js and the html-manager."""
    config.exclude_patterns += [f"**{FOLDER.name}/*"]  # its README is no page of the book
    config.nb_ipywidgets_js = {SCRIPT: {"defer": "defer"}}
    config.html_static_path += [str(FOLDER / name) for name in (SCRIPT, STYLES)]


class StillPictures(SphinxPostTransform):
    """Show, beside each widget, the picture it starts with; static-widgets.js puts the live one in its place."""

    default_priority = 3  # before myst-nb keeps one member of each output and drops the others
    formats = ("html",)

    def run(self, **kwargs):
        """Move the text/html member of each widget's output into its view."""
        state = widget_state(self.env, self.env.docname)
        for bundle in self.document.findall(nodes.container):
            if bundle.get("nb_element") != "mime_bundle":
                continue
            members = {member["mime_type"]: member for member in bundle.children}
            view, picture = members.get(WIDGET_VIEW_MIMETYPE), members.get("text/html")
            if view is None:
                continue
            if picture is None:
                logger.warning(
                    "a widget without text/html shows nothing without JavaScript",
                    location=bundle,
                    type="static_widgets",
                )
                continue
            rows = [still_row(*control) for control in controls(state, view_id(view))]
            view += nodes.container("", *rows, *picture.children, classes=["sw-static"])


def widget_state(env, docname):
    """The saved state of every widget of a chapter, by model id."""
    _, script = NbMetadataCollector.get_js_files(env, docname).get("ipywidgets_state", (None, {}))
    return json.loads(script["body"])["state"] if script else {}


def view_id(view):
    """The model id in a view, which myst-nb has rendered as a script element that holds JSON."""
    text = view.astext()
    return json.loads(text[text.index("{") : text.rindex("}") + 1])["model_id"]


def controls(state, model_id):
    """Yield name and value of each SelectionSlider below a box, in reading order."""
    record = state.get(model_id.removeprefix("IPY_MODEL_"), {"model_name": None, "state": {}})
    model = record["state"]
    if record["model_name"] == "SelectionSliderModel":
        yield model["description"], model["_options_labels"][model.get("index", 0)]
    if record["model_name"] in ("VBoxModel", "HBoxModel", "BoxModel"):
        for child in model["children"]:
            yield from controls(state, child)


def still_row(name, value):
    """The row of a slider before the slider is there: same size, same words."""
    return nodes.container(
        "",
        nodes.inline(name, name, classes=["sw-label"]),
        nodes.inline("", "", classes=["sw-range"]),
        nodes.inline(value, value, classes=["sw-value"]),
        classes=["sw-row"],
    )


def move_state(app, pagename, templatename, context, doctree):
    """Take the frames out of a page, and leave word of where they are."""
    for script in context.get("script_files", ()):
        attributes = getattr(script, "attributes", {})
        if attributes.get("type") == WIDGET_STATE_MIMETYPE:
            name = write_state(Path(app.outdir), pagename, attributes.pop("body"))
            attributes["data-src"] = context["pathto"](name, True)


def write_state(folder, pagename, state):
    """Write the frames of a page as a script, which loads from a folder too; return its place."""
    text = f'document.dispatchEvent(new CustomEvent("widget-state", {{ detail: {state} }}));\n'
    name = f"_static/widgets/{Path(pagename).name}-{sha256(text.encode()).hexdigest()[:12]}.js"
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return name


def setup(app):
    """Connect the above to Sphinx."""
    app.add_css_file(STYLES, priority=700)  # after the sheets of extensions, before the book's own
    app.add_post_transform(StillPictures)
    app.connect("config-inited", replace_stock)
    app.connect("html-page-context", move_state, priority=900)  # myst-nb adds the state at 500
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
