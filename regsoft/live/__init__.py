"""Interactive pictures: widgets in a notebook that also work on a published page, without a kernel.

Each is a class here and a JavaScript module, which the widget contains as one text: the picture's own file
(``decision.js``) after those that all pictures share (``maths.js``, ``kit.js``; ``solid.js`` for solids that the
reader turns).
"""

from regsoft.live.adversary import Adversary
from regsoft.live.bells import Bells
from regsoft.live.board import Board
from regsoft.live.conjugate import Conjugate
from regsoft.live.cuts import Cuts
from regsoft.live.decision import Decision
from regsoft.live.divergence import Divergence
from regsoft.live.hill import Hill
from regsoft.live.lookup import Lookup
from regsoft.live.prism import Prism
from regsoft.live.race import Race
from regsoft.live.separation import Separation
from regsoft.live.sets import Sets
from regsoft.live.shares import Shares
from regsoft.live.sheet import Sheet
from regsoft.live.sparse import Entmax, Sparsemax
from regsoft.live.split import Split

__all__ = [
    "Adversary",
    "Bells",
    "Board",
    "Conjugate",
    "Cuts",
    "Decision",
    "Divergence",
    "Entmax",
    "Hill",
    "Lookup",
    "Prism",
    "Race",
    "Separation",
    "Sets",
    "Shares",
    "Sheet",
    "Sparsemax",
    "Split",
]
