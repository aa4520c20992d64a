"""The modules of AnyWidgets: which of them a page may run, and the script that each becomes.

A saved AnyWidget holds the text of an ES module, which the page would run. So the text is accepted only if it
equals that of its class, and the book allows the package of the class. A page opened from a local folder cannot
import modules, and under ``script-src 'self'`` a module must be a file; hence the text becomes the body of a
function in a classic script.
"""

import importlib
import re
from functools import cache

import tree_sitter_javascript
from tree_sitter import Language, Parser

TEXTS = ("_esm", "_css")  # what a state copies from the class: the module and its styles
ELSEWHERE = re.compile(r"\s*https?:")  # a URL instead of source text
FETCHES = re.compile(r"""@import|url\(\s*+["']?+(?!data:|\#)""", re.IGNORECASE)
PARSER = Parser(Language(tree_sitter_javascript.language()))
USED = ("default", "render")  # the exports that a widget may have
DECLARED = ("function_expression", "generator_function", "class")
IMPORTS = "has an import; it must be self-contained"
# The script hands its module over with this event. Like a module, the function is strict, has no `this`, and may
# await.
SCRIPT = """\
document.currentScript.dispatchEvent(new CustomEvent("widget-module", {{ detail: async function () {{
"use strict";
{module}
return {{ {exports} }};
}} }}));
"""


def allowed_texts(values, packages):
    """Return the module and the styles of a saved AnyWidget, if they equal those of its class.

    Parameters
    ----------
    values : dict
        The saved values of the widget; `_anywidget_id` names its class.
    packages : iterable of str
        The packages or modules that the book allows.

    Returns
    -------
    tuple of str
        The text of the module, and that of the styles, which may be empty.

    Raises
    ------
    ValueError
        If the book does not allow the package, the class cannot be imported, or its texts differ.
    """
    if "_anywidget_id" not in values:
        raise ValueError("the notebook does not name the class of the widget (_anywidget_id)")
    module, _, name = str(values["_anywidget_id"]).rpartition(".")
    if not any(f"{module}.".startswith(f"{package}.") for package in packages):
        raise ValueError("static_widgets_packages in the settings does not name its package")
    try:
        widget = getattr(importlib.import_module(module), name, None)
    except Exception as error:  # whatever the package raises, the build goes on
        raise ValueError(f"{module} cannot be imported: {error!r}") from error
    if not isinstance(widget, type) or not hasattr(widget, "_esm"):
        raise ValueError(f"{module} has no class {name} with a module of its own (_esm)")
    for key in TEXTS:
        if _lines(values.get(key)) != _lines(getattr(widget, key, None)):
            raise ValueError(f"its saved {key} differs from that of its class; execute the notebook again")
    script, styles = (_lines(values.get(key)) for key in TEXTS)
    if ELSEWHERE.match(script):
        raise ValueError("its module is a URL; it must be source text")
    if ELSEWHERE.match(styles) or FETCHES.search(styles):
        raise ValueError("its styles load other files; they must be self-contained")
    return script, styles


def _lines(text):
    """Return a text, or the default of a trait, with line ends normalised to one kind; an empty text for None."""
    text = getattr(text, "default_value", text)
    return "" if text is None else "\n".join(str(text).replace("\r\n", "\n").split("\r"))


@cache
def classic_script(module):
    """Return the text of a classic script that hands over an ES module as a function.

    The function runs the module and returns those of its exports that are named `default` or `render`.

    Parameters
    ----------
    module : str
        The text of the module.

    Returns
    -------
    str
        The text of the script.

    Raises
    ------
    ValueError
        If the module does not parse, has an import, exports neither name, or has syntax whose meaning differs in a
        classic script.
    """
    source = module.encode()
    root = PARSER.parse(source).root_node
    for node in _nodes(root):
        _refuse_what_a_script_cannot_hold(node, source)
    name = "sw_default"
    while name.encode() in source:
        name += "_"
    exports, parts, done = {}, [], 0
    for node in root.children:
        if node.type == "export_statement":
            start, end, text, found = _without_export(node, name)
            parts += [source[done:start], text]
            done = end
            exports |= found
    exports = {key: exports[key] for key in USED if key in exports}
    if not exports:
        raise ValueError("its module exports neither default nor render")
    body = b"".join([*parts, source[done:]]).decode()
    return SCRIPT.format(module=body, exports=", ".join(f"{key}: {value}" for key, value in exports.items()))


def _nodes(root):
    """Yield each node of a tree, with a cursor, since a tree may be deeper than Python's recursion limit."""
    cursor = root.walk()
    while True:
        yield cursor.node
        if not cursor.goto_first_child():
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return


def _refuse_what_a_script_cannot_hold(node, source):
    here = source[node.start_byte : node.start_byte + 4]
    if node.is_error or node.is_missing:
        reason = "does not parse"
    elif node.type == "import" or (node.type == "meta_property" and here == b"impo"):
        reason = IMPORTS
    elif node.type in ("html_comment", "hash_bang_line") or (node.type == "<" and here == b"<!--"):
        reason = "has <!--, --> or #!, which means something else in a script"
    else:
        return
    raise ValueError(f"its module {reason} (line {node.start_point[0] + 1})")


def _without_export(node, name):
    """Return start and end of an export statement, the text that replaces it, and the local name of each export."""
    declaration, value = (node.child_by_field_name(field) for field in ("declaration", "value"))
    clause = next((child for child in node.children if child.type == "export_clause"), None)
    line = f"(line {node.start_point[0] + 1})"
    if node.child_by_field_name("source"):
        raise ValueError(f"its module {IMPORTS} {line}")
    if node.children[0].type != "export":
        raise ValueError(f"its module has a decorator {line}")
    if clause:
        return node.start_byte, node.end_byte, b";", dict(_exported(clause))
    if value:
        # A module means `function () {}` and `(…)` on the next line as two statements, but this parser reads them
        # as one call.
        first = value
        while first.children:
            first = first.children[0]
            if first.is_named and first.type in DECLARED:
                raise ValueError(
                    f"its module needs a semicolon after its default export, or a name for it {line}"
                )
        text = b"const %s = %s;" % (name.encode(), value.text)
        return node.start_byte, node.end_byte, text, {"default": name}
    own = declaration.child_by_field_name("name")
    if any(child.type == "default" for child in node.children):
        return node.start_byte, declaration.start_byte, b"", {"default": own.text.decode()}
    parts = [declaration] if own else [p for p in declaration.children if p.type == "variable_declarator"]
    names = [part.child_by_field_name("name") for part in parts]
    if any(each.type != "identifier" for each in names):
        raise ValueError(
            f"its module exports a destructuring pattern; export each name on its own instead {line}"
        )
    names = [each.text.decode() for each in names]
    return node.start_byte, declaration.start_byte, b"", dict(zip(names, names, strict=True))


def _exported(clause):
    """Yield the exported name and the local name, for each part of ``{ own as name }``."""
    for part in clause.named_children:
        if part.type == "export_specifier":
            own = part.child_by_field_name("name").text.decode()
            alias = part.child_by_field_name("alias")
            yield (alias.text.decode().strip("'\"") if alias else own), own
