"""What copydesk asks of every outlet."""

from __future__ import annotations

from pathlib import Path

from copydesk_gazette import Gazette

from copydesk.testing import contract

TestGazette = contract(Gazette, Path(__file__).parent / "fixtures")
