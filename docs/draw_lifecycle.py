"""Draw docs/lifecycle.svg, and the tables in docs/lifecycle.md, from the lifecycle table of the domain.

Run it after a change of that table: .venv/bin/python docs/draw_lifecycle.py. A test holds both files to the table.
Where boxes stand is written here by hand, and the way of the arrows that would cross something else; what they say is
not. Any other arrow is a straight line from box to box, so that no move is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from domain import MOVES, Action, AdType, Move, OfferState, Role
from domain.model.lifecycle import Moves, refusal_for
from domain.model.parties import trading_role

DOCS = Path(__file__).resolve().parent
PICTURE = DOCS / "lifecycle.svg"
PAGE = DOCS / "lifecycle.md"
BEGIN, END = "<!-- Drawn by draw_lifecycle.py: begin -->\n", "<!-- Drawn by draw_lifecycle.py: end -->\n"

WIDTH, HEIGHT = 1160, 690
BOX_WIDTH, BOX_HEIGHT = 150, 56
LINE_HEIGHT = 19
CENTRES = {
    OfferState.COMPLETED: (610, 90),
    OfferState.PENDING: (215, 320),
    OfferState.PAID: (610, 320),
    OfferState.DISPUTED: (1005, 320),
    OfferState.EXPIRED: (215, 545),
    OfferState.CANCELLED: (610, 545),
}
FILLS = {OfferState.COMPLETED: "#d9f2e0", OfferState.CANCELLED: "#ececec", OfferState.EXPIRED: "#ececec"}
STROKES = {OfferState.COMPLETED: "#1f7a3d", OfferState.CANCELLED: "#666666", OfferState.EXPIRED: "#666666"}
STYLE = """
  text { font-family: system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1c2733; }
  .state { font-size: 18px; font-weight: 600; text-anchor: middle; }
  .move { font-size: 14px; text-anchor: middle; }
  .action { font-weight: 600; fill: #0b4f8a; }
  .key { font-size: 14px; }
  .arrow { fill: none; stroke: #51606e; stroke-width: 1.8; marker-end: url(#head); }
"""

HEAD = """<defs>
<marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">
<path d="M 0 0 L 10 5 L 0 10 z" fill="#51606e"/>
</marker>
</defs>"""


@dataclass(frozen=True)
class Arrow:
    """The path of an arrow, and the middle of the label on it."""

    path: str
    label: tuple[int, int]


ARROWS = {
    (OfferState.PENDING, OfferState.PAID): Arrow("M 290 320 H 533", (410, 290)),
    (OfferState.PAID, OfferState.DISPUTED): Arrow("M 685 320 H 928", (805, 290)),
    (OfferState.PENDING, OfferState.COMPLETED): Arrow("M 215 292 C 215 160 340 90 533 90", (270, 165)),
    (OfferState.PAID, OfferState.COMPLETED): Arrow("M 610 292 V 120", (610, 205)),
    (OfferState.DISPUTED, OfferState.COMPLETED): Arrow("M 1005 292 C 1005 160 880 90 687 90", (965, 175)),
    (OfferState.PENDING, OfferState.EXPIRED): Arrow("M 170 348 V 515", (170, 432)),
    (OfferState.PENDING, OfferState.CANCELLED): Arrow("M 255 348 C 275 450 380 545 533 545", (372, 480)),
    (OfferState.DISPUTED, OfferState.CANCELLED): Arrow("M 1005 348 C 1005 480 880 545 687 545", (955, 475)),
}


def arrow(start: OfferState, end: OfferState) -> Arrow:
    """The arrow between two states: as it was laid by hand, or a straight line from the one box to the other."""
    if (start, end) in ARROWS:
        return ARROWS[start, end]
    (x, y), (to_x, to_y) = CENTRES[start], CENTRES[end]
    across, down = to_x - x, to_y - y
    # How far along the line its way leaves a box: through a side of it, or through its top or bottom.
    inside = min(BOX_WIDTH / 2 / abs(across) if across else 1, (BOX_HEIGHT / 2 + 2) / abs(down) if down else 1)
    begin, stop = ((x + across * part, y + down * part) for part in (inside, 1 - inside))
    path = f"M {begin[0]:.0f} {begin[1]:.0f} L {stop[0]:.0f} {stop[1]:.0f}"
    return Arrow(path, (x + across // 2, y + down // 2))


def who(move: Move) -> str:
    """Those who may make a move, as a label says it."""
    return " or ".join(sorted(role.value for role in move.by))


def words(action: Action) -> str:
    """An action as a label says it."""
    return action.value.replace("_", " ")


def moves_between(start: OfferState, end: OfferState, moves: Moves) -> Iterator[tuple[Action, Move]]:
    """The moves that lead from one state to another."""
    return ((action, move) for (state, action), move in moves.items() if state is start and move.to is end)


def label(drawn: Arrow, moves: list[tuple[Action, Move]]) -> str:
    """What stands on an arrow: each action, and below it who may do it and until when."""
    lines = []
    for action, move in moves:
        when = f", {limit(action, move)}" if limit(action, move) else ""
        lines += [("move action", words(action)), ("move", who(move) + when)]
    x, middle = drawn.label
    height, width = LINE_HEIGHT * len(lines), 14 + 7 * max(len(text) for _, text in lines)
    top = middle - height // 2
    ground = f'<rect x="{x - width // 2}" y="{top - 2}" width="{width}" height="{height + 6}" rx="6" fill="#ffffff"/>'
    texts = (
        f'<text class="{kind}" x="{x}" y="{top + 14 + LINE_HEIGHT * number}">{escape(text)}</text>'
        for number, (kind, text) in enumerate(lines)
    )
    return "\n".join([ground, *texts])


def limit(action: Action, move: Move) -> str:
    """Within what time a move can be made; empty where there is no limit."""
    if action is Action.EXPIRE:
        return "from the deadline on"
    return "before the deadline" if move.before_deadline else ""


def box(state: OfferState) -> str:
    """A state; an end has a double frame."""
    x, y = CENTRES[state]
    left, top = x - BOX_WIDTH // 2, y - BOX_HEIGHT // 2
    paint = f'fill="{FILLS.get(state, "#dcebfa")}" stroke="{STROKES.get(state, "#0b4f8a")}"'
    frames = [
        f'<rect x="{left}" y="{top}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="10" {paint} stroke-width="2"/>'
    ]
    if not state.is_live:
        inner = f'width="{BOX_WIDTH - 8}" height="{BOX_HEIGHT - 8}" rx="7"'
        frames.append(f'<rect x="{left + 4}" y="{top + 4}" {inner} {paint}/>')
    return "\n".join([*frames, f'<text class="state" x="{x}" y="{y + 6}">{state.value}</text>'])


def key() -> str:
    """Who is buyer and who is seller, from the ad's type."""
    lines = []
    for ad_type in AdType:
        maker, taker = trading_role(ad_type, Role.MAKER), trading_role(ad_type, Role.TAKER)
        lines.append(f"On a {ad_type.value} ad the maker is the {maker.value} and the taker the {taker.value}.")
    lines.append("A double frame is an end: nothing leads out of it, and the offer's coins are settled.")
    return "\n".join(
        f'<text class="key" x="40" y="{625 + LINE_HEIGHT * number}">{line}</text>' for number, line in enumerate(lines)
    )


def picture(moves: Moves = MOVES) -> str:
    """The whole drawing."""
    pairs = {(state, move.to): None for (state, _), move in moves.items()}
    arrows = [f'<path class="arrow" d="{arrow(*pair).path}"/>' for pair in pairs]
    labels = [label(arrow(*pair), list(moves_between(*pair, moves))) for pair in pairs]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title">',
        '<title id="title">The life of an offer: its states, and who may lead it from one to another</title>',
        f"<style>{STYLE}</style>",
        HEAD,
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        '<path class="arrow" d="M 30 320 H 138"/>',
        '<text class="move action" x="84" y="290">make an offer</text>',
        '<text class="move" x="84" y="308">taker</text>',
        *arrows,
        *labels,
        *map(box, OfferState),
        key(),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def tables(moves: Moves = MOVES) -> str:
    """The moves, and why everything else is refused, as two tables in Markdown."""
    rows = ["| in state | action | who may | leads to | only |", "|---|---|---|---|---|"]
    for (state, action), move in moves.items():
        end, only = move.to.value, limit(action, move)
        rows.append(f"| `{state.value}` | `{action.value}` | {who(move)} | `{end}` | {only} |")
    rows += ["", "| | " + " | ".join(f"`{state.value}`" for state in OfferState) + " |"]
    rows.append("|---" * (1 + len(OfferState)) + "|")
    for action in Action:
        cells = [cell(state, action, moves) for state in OfferState]
        rows.append(f"| `{action.value}` | " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


def cell(state: OfferState, action: Action, moves: Moves) -> str:
    """Where an action leads from a state, or the code of the refusal."""
    move = moves.get((state, action))
    return refusal_for(state, action).code.replace("_", " ") if move is None else f"→ **{move.to.value}**"


def page(text: str) -> str:
    """The page with its tables drawn anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{tables()}\n{END}{after}"


def main() -> None:
    """Write the picture and the tables."""
    PICTURE.write_text(picture(), encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
