"""How chapters become a website: one Sphinx extension, whose parts are called in the order in which they act.

Each part is a module of its own; `setup` below says when Sphinx calls it. `python -m website.build`, `.lite`,
`.live`, `.archive` and `.paper.pdf` make the site and its other forms.
"""

from functools import partial


def setup(app):
    """Connect the parts to Sphinx, in the order of a build.

    A priority is given where a part must act before or after another extension; Sphinx's own is 500.
    """
    # Not at the top: `import website.archive` needs no Sphinx.
    from . import (
        api_links,
        contents,
        doi_links,
        finish,
        folds,
        formulas,
        landing,
        ledger,
        metadata,
        slides,
        social_cards,
        trust_page,
    )
    from .paper import environments, pictures
    from .site import Site, copy_fonts, use_theme

    site = Site.from_environment()
    # True in `make live`: the pages as Sphinx writes them, without the finishing steps of the published site.
    app.add_config_value("website_draft", False, "env", bool)
    draft = app.config.website_draft

    # 1. The settings are read.
    app.connect("config-inited", metadata.note_sources if draft else finish.start_afresh)
    app.connect("config-inited", use_theme)
    app.connect("config-inited", partial(metadata.note_addresses, site))
    app.connect("config-inited", trust_page.note_figures)
    app.add_css_file("site.css", priority=800)  # after those of other extensions

    # 2. The chapters are read.
    app.add_config_value("website_sources", {}, "env", dict)
    app.add_config_value("ledger_page", "book/ledger", "env", str)
    app.add_role("verdict", ledger.verdict_role)
    app.connect("source-read", ledger.write_page)
    app.connect("autodoc-process-docstring", api_links.link_derivations, priority=600)  # after napoleon
    app.connect("doctree-read", ledger.mark_items)
    app.connect("env-updated", contents.report_unlisted)
    app.connect("env-updated", contents.use_short_names)

    # 3. The pages are written.
    renderer = formulas.Renderer()
    formulas.use_renderer(app, renderer)
    app.connect("builder-inited", copy_fonts)
    app.connect("builder-inited", formulas.copy_katex)
    app.connect("doctree-resolved", formulas.keep_together)
    app.connect("doctree-resolved", landing.complete)
    app.add_node(folds.fold, html=(folds.visit_fold, folds.depart_fold))
    app.add_post_transform(folds.FoldCells)
    app.connect("html-collect-pages", contents.redirect)
    app.connect("html-page-context", contents.list_chapters)
    app.connect(
        "html-page-context", partial(metadata.describe_page, site), priority=900
    )  # the page has its body
    app.connect("build-finished", renderer.close)
    app.connect("linkcheck-process-uri", doi_links.ask_the_register)
    if draft:
        return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}

    # 4. The pages are finished for readers.
    app.connect("html-page-context", partial(social_cards.add_card, site))
    app.connect("html-page-context", partial(finish.note_styles, site), priority=950)  # every sheet is known
    app.connect("build-finished", slides.add_slides, priority=800)  # from the page as Sphinx wrote it
    app.connect(
        "build-finished", partial(finish.finish, site), priority=900
    )  # after the theme, which writes its style sheets at 500

    # 5. For the PDF, these act instead of 3 and 4.
    app.connect("config-inited", partial(environments.set_page, site), priority=900)  # after Jupyter Book
    app.connect("builder-inited", environments.number_as_the_site, priority=900)  # after Jupyter Book
    app.add_node(pictures.pictures, latex=(pictures.visit_pictures, None))
    app.add_node(
        environments.environment, latex=(environments.visit_environment, environments.depart_environment)
    )
    # The order of these is that of their `default_priority`: 3, 20, 30, 40 and 750.
    app.add_post_transform(pictures.PaperPictures)  # before myst-nb keeps only one MIME type of each output
    app.add_post_transform(folds.PaperFolds)
    app.add_post_transform(environments.PaperEnvironments)  # after sphinx-exercise has numbered its titles
    app.add_post_transform(environments.PaperLayout)
    app.add_post_transform(environments.PaperBibliography)  # after Jupyter Book has moved the bibliography
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
