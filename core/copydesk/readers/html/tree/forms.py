"""Forms inside the article that ask for the reader's address, with the words around them."""

from __future__ import annotations

from copydesk.readers.html.tree.boxes import Box, PageTree

_ADDRESS = "input[type=email], input[name*=mail i], input[placeholder*=mail i], input[id*=mail i]"
_MAX_CHARS = 400
_MAX_SHARE = 5


def find(page: PageTree, root: Box) -> set[int]:
    """Return the runs in boxes of the root that are little more than a form for an address."""
    taken: set[int] = set()
    limit = min(_MAX_CHARS, page.chars(root) // _MAX_SHARE)
    for form in page.boxes[root.order + 1 :]:
        if form.first >= root.last:
            break
        if form.tag != "form" or form.node.css_first(_ADDRESS) is None:
            continue
        box = form
        while (
            box.parent is not None
            and box.parent.order > root.order
            and page.chars(box.parent) <= limit
        ):
            box = box.parent
        if page.chars(box) <= limit:
            taken.update(range(box.first, box.last))
    return taken
