"""A standfirst run together with the first paragraph: cut where the evidence is plain."""

from __future__ import annotations

from copydesk.rules.rule import Line, Rule

# Words that open sentences and are written small inside one: a capital says that one begins here.
_OPENERS = (
    "After|Although|Amid|Amidst|Among|As|At|Because|Before|Behind|Between|But|By|Despite|During|"
    "Even|Following|For|From|How|However|If|In|Instead|Just|Last|Like|Meanwhile|More|Nearly|Not|"
    "On|Once|Only|Over|Several|Since|So|Some|Speaking|Such|That|Their|There|These|They|This|Those|"
    "Though|Through|Under|Unlike|Until|What|When|Where|Whether|While|With|Within|Without"
)
_MIN_LINE_WORDS = 45


def _first_paragraph(line: Line) -> bool:
    if line.segment.words < _MIN_LINE_WORDS:
        return False
    return not any(before.prose or before.role == "standfirst" for before in line.before())


RUN_IN_STANDFIRST = Rule.split(
    rf"(?P<standfirst>(?:[^\s.!?]{{1,40}} ){{7,60}}?[^\s.!?]{{0,40}}[a-z0-9”\"])"
    rf" (?P<rest>(?:{_OPENERS}) [a-z].+)$",
    name="run_in_standfirst",
    when=_first_paragraph,
    warn="the first paragraph may hold the standfirst; nothing shows where it would end",
)
"""For outlets whose crawled text begins with standfirst and first paragraph on one line.

The cut needs a capitalised sentence opener behind a small-lettered word with no stop before it.
"""
