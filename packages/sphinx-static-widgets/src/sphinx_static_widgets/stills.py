"""What the build draws for saved widgets: the still picture of a view, and the contents of an Output as HTML.

A still is what a page shows before static-widgets.js runs, on paper, and without JavaScript: every text, picture
and value that was saved, and nothing that moves. `prepared` makes a state ready for the script: formulas typeset as
the book's are, and what cells wrote into an Output as HTML.
"""

import re
import string
from base64 import b64decode, b64encode
from html import escape, unescape
from typing import NamedTuple

import nh3
from docutils import nodes
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from myst_nb.core.render import WIDGET_VIEW_MIMETYPE, strip_latex_delimiters

from sphinx_static_widgets.saved import BOXES, LISTS, MOST, identifier_of, model_of

# static-widgets.js keeps the same HTML elements, and also `style`, which is not kept here because nh3 does not
# check CSS.
NAMES = (
    "a abbr article aside audio b bdi big blockquote br caption center cite code col colgroup dd del details "
    "div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p "
    "picture pre q rp rt ruby s samp section small source span strike strong sub summary sup table tbody td "
    "tfoot th thead time tr tt u ul var video wbr "
    "svg circle clipPath defs desc ellipse g image line linearGradient marker mask path pattern polygon "
    "polyline radialGradient rect stop symbol text textPath title tspan use "
    "math annotation menclose mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup "
    "msup mtable mtd mtext mtr munder munderover semantics"
)
ELEMENTS = set(NAMES.split())
DROPPED = {"iframe", "noembed", "noframes", "noscript", "object", "script", "style", "template"}
ADDRESSES = {"href", "xlink:href", "src", "poster"}
SAFE_ADDRESS = re.compile(
    r"(#|https?:|mailto:|data:(image/(png|jpeg|gif|webp)|video/|audio/)|(?![a-z][a-z0-9+.-]*:))",
    re.IGNORECASE,
)
FRAME = re.compile(r"""<iframe\b[^>]*\bsrc=["']?(https?://[^"'\s<>]+)[^>]*>""", re.IGNORECASE)
# safe in an <img>, where its scripts do not run; as the target of a link they would
DRAWING = "data:image/svg+xml;base64,"
BLANK = re.compile(r"[\x00-\x20]")

FORMULA = re.compile(
    r"\$\$(?P<block>.+?)\$\$|\\\[(?P<bracket>.+?)\\\]|\\\((?P<inline>.+?)\\\)"
    r"|(?<![\\$])\$(?!\s)(?P<dollar>[^$]+?)(?<![\s\\])\$(?![\d$])",
    re.DOTALL,
)
TAGS = re.compile(r"(<[^>]*>)")  # nh3 writes > in attributes as &gt;
VERBATIM = ("code", "kbd", "pre", "samp", "svg", "math", "tt")
OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n)")  # e.g. a progress bar, which rewrites its line again and again

# Names and values that a layout may set
PROPERTY, VALUE = re.compile(r"[a-z][a-z_]*"), re.compile(r"""[\w\s"'.,%()#/+*-]+""")
CLASSES = {"VBoxModel": "sw-column", "GridBoxModel": "sw-grid"}


class Page(NamedTuple):
    """The state that the widgets of a page are drawn from, and the function that renders nodes.

    Attributes
    ----------
    state : dict
        The models by their ids.
    render : callable
        Takes a node of docutils, and returns the HTML that the book makes of it.
    """

    state: dict
    render: object


# ------------------------------------------------------------------------------------------- text, HTML, formulas


def clean(html):
    """Return HTML with only harmless elements and attributes; other elements are replaced by their text.

    Parameters
    ----------
    html : str
        Untrusted HTML.

    Returns
    -------
    str
        HTML that runs nothing.
    """
    return nh3.clean(
        FRAME.sub(
            r'<a href="\1">\1</a>\g<0>', html
        ),  # a frame with another page: give the reader a link to it
        tags=ELEMENTS,
        clean_content_tags=DROPPED,
        attributes={},
        generic_attribute_prefixes=set(
            string.ascii_letters
        ),  # lets all attributes reach _attribute, which decides
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel=None,
    )


def _attribute(element, name, value):
    name = name.lower()
    if name.startswith("on") or name in ("name", "autoplay"):
        return None
    if name in ADDRESSES and not SAFE_ADDRESS.match(BLANK.sub("", value)):
        return value if element == "img" and value.startswith(DRAWING) else None
    return value


def _formula(found, page):
    groups = found.groupdict()
    latex = next(filter(None, groups.values()))
    return _block(latex, page) if groups["block"] or groups["bracket"] else page.render(nodes.math("", latex))


def _block(latex, page):
    return page.render(nodes.math_block("", latex, nowrap=False, number=None, label=None, docname=""))


def _plain(text):
    return escape(text).replace(r"\$", "$")


def with_formulas(text, page):
    """Return the HTML of a text whose formulas are marked by LaTeX delimiters."""
    parts, done = [], 0
    for found in FORMULA.finditer(text):
        parts += [_plain(text[done : found.start()]), _formula(found, page)]
        done = found.end()
    return "".join([*parts, _plain(text[done:])])


def html_with_formulas(html, page):
    """Return clean HTML in which the formulas of its texts are typeset."""
    parts, verbatim = [], 0
    for part in TAGS.split(clean(html)):
        if part.startswith("<"):
            name = re.match(r"</?([\w:-]*)", part)[1].lower()
            verbatim += (name in VERBATIM) * (-1 if part.startswith("</") else 1)
            parts.append(part)
        else:
            parts.append(part if verbatim else with_formulas(unescape(part), page))
    return "".join(parts)


def _markdown(text, page):
    reader = MarkdownIt("commonmark", {"html": True}).enable("table").use(dollarmath_plugin)
    for rule, marks in (("math_inline", "$%s$"), ("math_inline_double", "$$%s$$"), ("math_block", "$$%s$$")):
        reader.add_render_rule(
            rule,
            lambda self, tokens, place, *_, marks=marks: with_formulas(
                marks % tokens[place].content.strip(), page
            ),
        )
    return reader.render(text)


# --------------------------------------------------------------------------------------------- what an Output holds


PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif")
RICH = ("text/html", *PICTURES, "text/markdown", "text/latex")  # the best first


def _joined(value):
    return "".join(map(str, value)) if isinstance(value, LISTS) else str(value or "")


def _code(text, language, kind, page):
    return page.render(nodes.literal_block(text, text, language=language, classes=["output", kind]))


def _picture(kind, data, size, words):
    if kind == "image/svg+xml":
        data = b64encode(data.encode()).decode()
    sizes = "".join(f' {key}="{int(size[key])}"' for key in ("width", "height") if _is_number(size.get(key)))
    return f'<img src="data:{kind};base64,{escape(data.strip())}" alt="{escape(words)}"{sizes}>'


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shows_something(html):
    kept = clean(html)
    return bool(re.search(r"<(img|svg|video|audio|hr|table)\b", kept) or TAGS.sub("", kept).strip())


def html_of_output(output, page):
    """Return the HTML of one output of a cell, as stored in a notebook.

    Parameters
    ----------
    output : dict
        An output of nbformat 4 that is not a widget.
    page : Page
        The page that it is drawn for; renders nodes.

    Returns
    -------
    str
        Untrusted HTML; `clean` it before it is shown.
    """
    if "text" in output:
        text = OVERWRITTEN.sub("", _joined(output["text"]).replace("\r\n", "\n"))
        return _code(text, "myst-ansi", "stream", page)
    if "traceback" in output:
        lines = output["traceback"] if isinstance(output["traceback"], LISTS) else [output["traceback"]]
        return _code("\n".join(map(str, lines)), "myst-ansi", "traceback", page)
    data = output.get("data") if isinstance(output.get("data"), dict) else {}
    sizes = output.get("metadata") if isinstance(output.get("metadata"), dict) else {}
    plain = _joined(data.get("text/plain"))
    for kind in RICH:
        text = _joined(data.get(kind))
        if not text:
            continue
        if kind in PICTURES:
            size = sizes.get(kind)
            return _picture(kind, text, size if isinstance(size, dict) else {}, plain)
        if kind == "text/markdown":
            return _markdown(text, page)
        if kind == "text/latex":
            return _block(strip_latex_delimiters(text), page)
        if _shows_something(text):
            return text
    if plain:
        return _code(plain, "myst-ansi", "text_plain", page)
    kinds = ", ".join(map(str, data)) or "unknown"
    return f'<p class="sw-notice">This page cannot show an output of type {escape(kinds)}.</p>'


def _outputs(values):
    """Each output of an Output: its data, and the id of the widget that it shows, or None."""
    outputs = values.get("outputs")
    for output in outputs if isinstance(outputs, LISTS) else ():
        if isinstance(output, dict):
            data = output.get("data")
            view = data.get(WIDGET_VIEW_MIMETYPE) if isinstance(data, dict) else None
            yield output, str(view.get("model_id")) if isinstance(view, dict) else None


def prepared(page):
    """Return the state as static-widgets.js needs it, and the typeset formulas.

    Parameters
    ----------
    page : Page
        The models of a page, which are not changed.

    Returns
    -------
    state : dict
        The models, in which each output of an Output is HTML or a widget.
    typeset : dict
        For each text (`text`) and each HTML (`html`) that holds formulas, the HTML in which they are typeset.
    """
    state, typeset = dict(page.state), {"text": {}, "html": {}}
    for identifier in state:
        kind, values = model_of(state, identifier)
        texts = [values.get("description")]
        if kind == "LabelModel":
            texts.append(values.get("value"))
        if kind in ("TabModel", "AccordionModel"):
            texts += _titles(values)
        for text in texts:
            if isinstance(text, str) and FORMULA.search(text):
                typeset["text"][text] = with_formulas(text, page)
        html = [values.get("value")] if kind == "HTMLMathModel" else []
        html += [values.get("description")] if values.get("description_allow_html") else []
        for text in html:
            if isinstance(text, str) and FORMULA.search(text):
                typeset["html"][text] = html_with_formulas(text, page)
        if kind == "OutputModel":
            outputs = [
                output if view else {"data": {"text/html": html_of_output(output, page)}}
                for output, view in _outputs(values)
            ]
            state[identifier] = {**state[identifier], "state": {**values, "outputs": outputs}}
    return state, typeset


# ----------------------------------------------------------------------------------------------------------- stills


def still(page, view):
    """Return the still picture of a view.

    Parameters
    ----------
    page : Page
        The models of the page.
    view : str
        The id of the view's model, or a reference to it.

    Returns
    -------
    str
        HTML that runs nothing.

    Raises
    ------
    ValueError
        If the view contains itself, or more than 50,000 models.
    """
    left = [MOST]
    try:
        return _draw(page, identifier_of(view), left)
    except RecursionError:
        raise ValueError(f"the widget {view} holds itself, or more than {MOST} others") from None


def row(name, part, value="", named=True):
    """Return a row of a still: a label, the control (or a blank of its size), and a value."""
    long = " sw-long" if len(TAGS.sub("", name)) + len(value) > 16 else ""
    unseen = "" if named else " sw-unseen"
    return (
        f'<div class="sw-row{long}"><span class="sw-label{unseen}">{name}</span>{part}'
        f'<span class="sw-value">{value}</span></div>'
    )


def _draw(page, identifier, left):
    left[0] -= 1
    if left[0] < 0:
        raise ValueError(f"a widget holds itself, or more than {MOST} others")
    kind, values = model_of(page.state, identifier)
    html = DRAW.get(kind, _control)(page, values | _buffers(page.state.get(identifier)), kind, left)
    style = _style(page, values)
    return re.sub(r"^<(\w+)", rf'<\1 style="{escape(style)}"', html) if style else html


def _buffers(record):
    """Return the bytes that a model holds, in base64, by their keys."""
    found = record.get("buffers") if isinstance(record, dict) else None
    parts = [part for part in found if isinstance(part, dict)] if isinstance(found, LISTS) else []
    paths = [(part.get("path"), part.get("data")) for part in parts]
    return {str(path[0]): data for path, data in paths if isinstance(path, LISTS) and len(path) == 1}


def _style(page, values):
    _, layout = model_of(page.state, identifier_of(values.get("layout")))
    return "; ".join(
        f"{key.replace('_', '-')}: {value}"
        for key, value in layout.items()
        if PROPERTY.fullmatch(key) and isinstance(value, str) and VALUE.fullmatch(value)
    )


def _children(page, values, left):
    children = values.get("children")
    return (
        [_draw(page, identifier_of(child), left) for child in children if child]
        if isinstance(children, LISTS)
        else []
    )


def _box(page, values, kind, left):
    return f'<div class="{CLASSES.get(kind, "sw-line")}">{"".join(_children(page, values, left))}</div>'


def _stack(page, values, kind, left):
    children, index = values.get("children"), values.get("selected_index")
    if not isinstance(children, LISTS) or not isinstance(index, int) or not 0 <= index < len(children):
        return ""
    return f'<div class="sw-stack">{_draw(page, identifier_of(children[index]), left)}</div>'


def _titles(values):
    titles, older = values.get("titles"), values.get("_titles")  # ipywidgets 7 stored them by index
    children = values.get("children") if isinstance(values.get("children"), LISTS) else ()
    titles = titles if isinstance(titles, LISTS) else ()
    older = older if isinstance(older, dict) else {}
    found = [
        titles[place] if place < len(titles) else older.get(str(place)) for place in range(len(children))
    ]
    return [str(title or place + 1) for place, title in enumerate(found)]


def _titled(page, values, kind, left):
    pairs = zip(_titles(values), _children(page, values, left), strict=False)
    parts = (f'<p class="sw-title">{with_formulas(title, page)}</p>{child}' for title, child in pairs)
    return f'<div class="sw-accordion">{"".join(parts)}</div>'


def _name(page, values):
    text = str(values.get("description") or "")
    if values.get("description_allow_html"):
        return html_with_formulas(text, page)
    return with_formulas(text, page)


def _content(page, values, kind, left):
    value = str(values.get("value") or "")
    if kind == "LabelModel":
        html = with_formulas(value, page)
    else:
        html = html_with_formulas(value, page) if kind == "HTMLMathModel" else clean(value)
    html = f'<div class="sw-html">{html}</div>'
    return row(_name(page, values), html) if values.get("description") else html


def _image(page, values, kind, left):
    data, form, words = (str(values.get(key) or "") for key in ("value", "format", "tooltip"))
    size = {
        key: int(values[key]) for key in ("width", "height") if re.fullmatch(r"\d{1,5}", str(values.get(key)))
    }
    if form != "url":
        return _picture(f"image/{escape(form or 'png')}", data, size, words).replace(
            "<img", '<img class="sw-img"'
        )
    try:
        address = b64decode(data, validate=True).decode()
    except ValueError:
        return ""
    return clean(f'<img class="sw-img" src="{escape(address)}" alt="{escape(words)}">')


def _output(page, values, kind, left):
    parts = [
        _draw(page, view, left) if view else clean(html_of_output(output, page))
        for output, view in _outputs(values)
    ]
    return f'<div class="sw-output">{"".join(parts)}</div>'


def _media(page, values, kind, left):
    return '<noscript><p class="sw-notice">This video or sound needs JavaScript.</p></noscript>'


def _module(page, values, kind, left):
    return '<p class="sw-notice">This widget is drawn by a script of its own.</p>'  # also true if that script fails


def _button(page, values, kind, left):
    text = str(
        values.get("description") or values.get("tooltip") or values.get("icon") or kind.removesuffix("Model")
    )
    return f'<span class="sw-button">{escape(text)}</span>'


def _words(value, values):
    """Return the value of a control as text, in the format of its readout if Python knows that format."""
    if isinstance(value, LISTS):
        return " – ".join(_words(each, values) for each in value)
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, dict):
        keys = [("year", 0), ("month", 1), ("date", 0), ("hours", 0), ("minutes", 0)]
        numbers = [f"{value[key] + more:02}" for key, more in keys if _is_number(value.get(key))]
        day, time = "-".join(numbers[:-2] if "hours" in value else numbers), ":".join(numbers[-2:])
        return f"{day} {time if 'hours' in value else ''}".strip()
    if _is_number(value):
        try:
            return format(value, values.get("readout_format") or "").replace("-", "−")
        except (TypeError, ValueError):
            return str(value)
    return str(value or "")


def _progress(page, values, kind, left):
    low, high, value = (
        values[key] if _is_number(values.get(key)) else default
        for key, default in (("min", 0), ("max", 100), ("value", 0))
    )
    return row(
        _name(page, values), f'<progress class="sw-bar" max="{high - low}" value="{value - low}"></progress>'
    )


def _chosen(values, between):
    """Return the selected labels of a selection widget."""
    labels, index = values["_options_labels"], values.get("index", 0)
    places = index if isinstance(index, LISTS) else [index]
    return between.join(str(labels[n]) for n in places if isinstance(n, int) and 0 <= n < len(labels))


def _control(page, values, kind, left):
    """Return a control as its label and value; for an unknown kind, its children."""
    if isinstance(values.get("_options_labels"), LISTS):
        text = _chosen(values, "-" if "Range" in kind else ", ")
    elif kind == "ValidModel":
        text = "✓" if values.get("value") else f"✗ {values.get('readout') or ''}"
    elif "value" in values:
        text = (
            ""
            if kind == "PasswordModel" or values.get("readout") is False
            else _words(values["value"], values)
        )
    else:
        return f'<div class="sw-column">{"".join(_children(page, values, left))}</div>'
    name = _name(page, values) or escape(str(values.get("tooltip") or "value"))
    return row(name, '<span class="sw-range"></span>', escape(text), named=bool(values.get("description")))


DRAW = {
    **dict.fromkeys((*BOXES, "GridBoxModel"), _box),
    "StackModel": _stack,
    "TabModel": _titled,
    "AccordionModel": _titled,
    "HTMLModel": _content,
    "HTMLMathModel": _content,
    "LabelModel": _content,
    "ImageModel": _image,
    "VideoModel": _media,
    "AudioModel": _media,
    "AnyModel": _module,
    "OutputModel": _output,
    "IntProgressModel": _progress,
    "FloatProgressModel": _progress,
    "ButtonModel": _button,
    "ToggleButtonModel": _button,
    "FileUploadModel": _button,
}
