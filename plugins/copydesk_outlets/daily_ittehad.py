"""Daily Ittehad: Urdu and English on one site; its crawled text is clean copy."""

from __future__ import annotations

from copydesk import Outlet


class DailyIttehad(Outlet):
    """Defines no language: pages are in either, and only their text shows which."""

    id = "daily-ittehad"
    name = "Daily Ittehad"
    domains = ("dailyittehad.com.pk",)
    country = "PK"
    timezone = "Asia/Karachi"
