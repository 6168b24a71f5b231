"""Every outlet that ships with copydesk keeps the contract on its own fixtures."""

from __future__ import annotations

from pathlib import Path

import copydesk_outlets
from copydesk.adapters import outlets_in
from copydesk.testing import contract

ROOT = Path(__file__).resolve().parent.parent
OUTLETS = list(outlets_in(copydesk_outlets.__name__))

for outlet in OUTLETS:
    globals()[f"Test{outlet.__name__}"] = contract(
        outlet, [ROOT / "seeds", ROOT / "tests" / "outlets"]
    )


def test_there_are_outlets_to_keep_it() -> None:
    assert len(OUTLETS) >= 6
