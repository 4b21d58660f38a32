"""The table of operations in docs/operating.md has every route that changes something, and says which take two
operators.
"""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLACE = "/v1/operator/"


def routes():
    """Route → whether its answer is a proposal (202), from openapi.yaml."""
    found, path, route = {}, "", None
    for line in (ROOT / "protocol/rest/openapi.yaml").read_text().splitlines():
        if match := re.match(r"  (/\S*):$", line):
            path, route = match[1], None
        elif match := re.match(r"    (\w+):$", line):
            changes = path.startswith(PLACE) and match[1] in ("post", "put", "patch", "delete")
            route = f"{match[1].upper()} {path.removeprefix(PLACE)}" if changes else None
            if route:
                found[route] = False
        elif route and line.startswith("        '202':"):
            found[route] = True
    return found


def documented():
    text = (ROOT / "docs/operating.md").read_text()
    table = text[text.index("### One operator or two") : text.index("## Running the market")]
    for line in table.splitlines():
        if line.startswith("| `"):
            named, operators, _ = (cell.strip() for cell in line.strip("|").split("|"))
            for route in re.findall(r"`([A-Z]+ [^`]*)`", named):
                yield route, operators


def test_every_route_of_operators_says_whom_it_takes():
    listed = dict(documented())
    assert len(listed) == len(list(documented())), "a route is listed twice"
    assert listed.keys() == routes().keys()


def test_what_makes_a_proposal_takes_two_and_nothing_else():
    two = {route for route, operators in documented() if "**two**" in operators}
    assert two == {route for route, proposes in routes().items() if proposes}
