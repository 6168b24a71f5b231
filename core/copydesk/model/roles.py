"""All roles of segments, and the record field that each one feeds."""

from __future__ import annotations

FIELDS: dict[str, tuple[str, str]] = {
    # role: (field of the record, what it is)
    "headline": ("headline", "the article's title"),
    "standfirst": ("standfirst", "the visible summary between headline and text"),
    "byline": ("byline", "who wrote it, as printed"),
    "author_role": ("authors", "the printed office of the person in the byline"),
    "dateline": ("dateline", "place, and often date and agency, before the first words"),
    "timestamp": ("published", "a printed date of publication or update"),
    "crawl_date": ("published", "the date that some crawlers put before the text"),
    "paragraph": ("body", "a paragraph of the article"),
    "heading": ("body", "a subheading between paragraphs"),
    "list_item": ("body", "an item of a list in the article"),
    "quote": ("body", "a quotation set apart"),
    "divider": ("body", "a rule between parts of the article"),
    "code": ("body", "preformatted text"),
    "table_cell": ("body", "a cell of a table in the article"),
    "embed": ("body", "the words of an embedded post"),
    "caption": ("images", "the words under a picture"),
    "alt": ("images", "the picture's alternative text"),
    "credit": ("images", "who made or supplied the picture"),
    "comment": ("comments", "the words of a reader's comment"),
    "comment_author": ("comments", "who wrote a comment"),
    "comment_meta": ("comments", "the line with a comment's time and score"),
    "comment_count": ("comments", "how many comments the page says there are"),
    "no_comments": ("comments", "the statement that there are none yet"),
    "comments_closed": ("comments", "the statement that commenting is closed"),
    "related": ("related", "a link to another story"),
    "correction": ("corrections", "a correction or clarification"),
    "editors_note": ("corrections", "a note of the editors on the text"),
    "section_label": ("section", "the section or kicker above the headline"),
    "breadcrumb": ("breadcrumbs", "the path of sections down to the article"),
    "topic_tags": ("tags", "the article's topics"),
    "agency_credit": ("info_sources", "the agency that supplied the copy"),
    "publisher": ("info_sources", "the publisher that an aggregator took the copy from"),
}
"""Roles that can feed a field. A segment whose value is empty (a bare label) or whose field is
already set goes to `removed` under its role's name."""

REMOVED: dict[str, str] = {
    "ad_marker": "the label of an advertisement",
    "app_promo": "an appeal to install an app",
    "audio_player": "the words of an audio player",
    "author_bio": "a box about the author",
    "breaking_banner": "a banner with other, newer stories",
    "comment_chrome": "the frame of the comment section",
    "comment_form": "the form for a new comment",
    "comment_rules": "the rules for commenting",
    "consent_notice": "a consent text for cookies or embeds",
    "contact_line": "how to reach the writer or the newsroom",
    "copyright": "a statement of rights",
    "disclaimer": "a general statement of no liability",
    "donation_promo": "an appeal for money",
    "duplicate_caption": "a caption printed again",
    "duplicate_credit": "a picture's credit printed again",
    "duplicate_headline": "the headline printed again",
    "email_signature": "the close of an e-mail pasted in with the copy",
    "file_name": "a picture's file name or number in the place of its caption",
    "follow_topic": "a button to follow a topic",
    "font_size_control": "the buttons for the size of the type",
    "gallery_counter": "the counter or label of a picture gallery",
    "image_notice": "a notice in the place of a picture",
    "latest_news": "a list of the newest stories",
    "login_prompt": "an appeal to log in",
    "market_ticker": "a table of quotes beside the text",
    "more_news": "a list of other stories of the outlet",
    "most_read": "a list of the stories read most",
    "editors_choice": "a list of stories the editors recommend",
    "trending": "a list of trending stories",
    "news_ticker": "other briefs following this one",
    "newsletter_promo": "an appeal to take a newsletter",
    "page_clock": "the page's clock, not the article's date",
    "page_furniture": "parts of the page around the article",
    "page_url": "the page's address",
    "paywall_notice": "a notice that the rest must be paid for",
    "prev_next": "links to the previous and the next story",
    "privacy_notice": "a notice on personal data",
    "read_next": "a link to the story to read next",
    "reading_time": "how long reading takes",
    "reporting_credit": "who else reported, wrote or edited",
    "scroll_cue": "an appeal to scroll",
    "separator": "a line of dashes, stars or dots at the text's edge",
    "share_bar": "buttons to share, print or save",
    "site_promo": "praise of the site itself",
    "skip_link": "a link for keyboards that skips the navigation",
    "social_follow": "an appeal to follow an account or channel",
    "sponsored": "a sponsored link and its label",
    "subscription_promo": "an appeal to subscribe",
    "syndication_notice": "a notice of where the text first appeared",
    "trust_line": "a pointer to the outlet's standards",
    "update_marker": "a bare word that marks an update",
    "video_teaser": "a video's controls, title and blurb",
}
"""Roles that feed no field; `removed` calls them kinds."""

ROLES = frozenset(FIELDS) | frozenset(REMOVED)
"""All roles."""

BODY = frozenset(
    {"paragraph", "heading", "list_item", "quote", "divider", "code", "table_cell", "embed"}
)
"""Roles that become blocks of the body."""


def field_of(role: str) -> str | None:
    """The record field that a role feeds; None for a role of `REMOVED`."""
    entry = FIELDS.get(role)
    return entry[0] if entry else None
