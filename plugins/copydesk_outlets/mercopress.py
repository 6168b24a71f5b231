"""MercoPress: the page's clock above the headline, a run-in standfirst, comments at the end."""

from __future__ import annotations

from copydesk import Outlet, Rule
from copydesk.rules import Line
from copydesk.rules.place import run_in

# Words that are capitalised only at the start of a sentence.
_OPENERS = (
    "After|Although|Amid|Amidst|Among|As|At|Because|Before|Behind|Between|But|By|Despite|During|"
    "Even|Following|For|From|How|However|If|In|Instead|Just|Last|Like|Meanwhile|More|Nearly|Not|"
    "On|Once|Only|Over|Several|Since|So|Some|Speaking|Such|That|Their|There|These|They|This|Those|"
    "Though|Through|Under|Unlike|Until|What|When|Where|Whether|While|With|Within|Without"
)
_MIN_LINE_WORDS = 45


def _first_paragraph(line: Line) -> bool:
    """Whether a line is the first paragraph, and the shared rule finds no standfirst in it."""
    if line.segment.words < _MIN_LINE_WORDS:
        return False
    above = list(line.before())
    if any(before.prose or before.role == "standfirst" for before in above):
        return False
    below = []
    after = line.next
    while after is not None:
        below.append(after.text)
        after = after.next
    return run_in.find(line.text, [*(before.text for before in above), *below]) is None


# The cut is before a capitalised sentence opener that follows a small letter without a full stop.
_RUN_IN_STANDFIRST = Rule.split(
    rf"(?P<standfirst>(?:[^\s.!?]{{1,40}} ){{7,60}}?[^\s.!?]{{0,40}}[a-z0-9”\"])"
    rf" (?P<rest>(?:{_OPENERS}) [a-z].+)$",
    name="run_in_standfirst",
    when=_first_paragraph,
    warn="the first paragraph may contain the standfirst; its end is unknown",
)


class MercoPress(Outlet):
    """Comment times have no zone; they are in Montevideo's, the newsroom's."""

    id = "mercopress"
    name = "MercoPress"
    domains = ("mercopress.com",)
    country = "UY"
    language = "en"
    timezone = "America/Montevideo"
    feeds = ("https://en.mercopress.com/rss",)
    rules = (
        _RUN_IN_STANDFIRST,
        Rule.split(r"(?P<rest>.*?)\s*(?P<page_furniture>Read full article)$", name="read_full"),
        Rule.line(r"MercoPress, (?:en Español|in English)$", "page_furniture", name="edition_link"),
        Rule.split(
            r"(?P<page_clock>Montevideo, [A-Z][a-z]+ \d{1,2}(?:st|nd|rd|th) \d{4} - \d{2}:\d{2} UTC)$"
        ),
        # Single groups, which decide the line before the shared rules claim the comments.
        Rule.split(
            r"(?P<comment_rules>Disclaimer & comment rules)(?P<rest>[A-Z].+)?$",
            name="comment_rules",
        ),
        Rule.split(r"(?P<no_comments>No comments for this story)$"),
        Rule.split(r"(?P<comments_closed>Commenting for this story is now closed\.)$"),
        Rule.split(
            r"(?P<login_prompt>Please log in or register \(it[’']s free!\) to comment\..*)$"
        ),
        Rule.split(r"(?P<social_follow>If you have a Facebook account, become a fan .+)$"),
        Rule.line(r"Full article(?: (?P<count>\d+) comments?)?$", "comment_count"),
        Rule.line(r"Add your comment!$", "comment_chrome"),
    )
