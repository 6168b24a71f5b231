"""A rule that cuts a standfirst from the first paragraph on the same line."""

from __future__ import annotations

from copydesk.rules.rule import Line, Rule

# Words that are capitalised only at the start of a sentence.
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
    warn="the first paragraph may contain the standfirst; its end is unknown",
)
"""For outlets whose crawled text has the standfirst and the first paragraph on one line.

It cuts before a capitalised sentence opener that follows a lower-case word without a full stop.
"""
