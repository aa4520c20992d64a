"""Pictures that a reader moves by hand: widgets in a notebook, and alive without a kernel on a published page.

Each is a class here and one module of JavaScript, which the widget carries as one text: the picture's own file
(``decision.js``) after those that all pictures share (``maths.js``, ``kit.js``).
"""

from regsoft.live.decision import Decision

__all__ = ["Decision"]
