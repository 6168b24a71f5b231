"""The table of all shared recognisers, by pass, in the order in which they are tried."""

from __future__ import annotations

from copydesk.rules import (
    agencies,
    bylines,
    comments,
    corrections,
    date_lines,
    datelines,
    photo_credits,
)
from copydesk.rules.furniture import (
    closing,
    controls,
    imprint,
    navigation,
    promotions,
    related,
    wordings,
)
from copydesk.rules.place import body, captions, head, links, tail
from copydesk.rules.recognizers import Recognize, Recognizer


def _text(recognize: Recognize, *roles: str) -> Recognizer:
    return Recognizer(recognize=recognize, roles=roles, scope="text")


def _near(recognize: Recognize, *roles: str) -> Recognizer:
    return Recognizer(recognize=recognize, roles=roles, scope="near")


def _line(recognize: Recognize, *roles: str) -> Recognizer:
    return Recognizer(recognize=recognize, roles=roles, scope="line")


def _short(recognize: Recognize, *roles: str) -> Recognizer:
    return Recognizer(recognize=recognize, roles=roles, scope="short")


PASSES: dict[str, tuple[Recognizer, ...]] = {
    "split": (
        _text(date_lines.cut_crawl_date, "crawl_date"),
        _text(datelines.cut_dateline, "dateline", "agency_credit", "standfirst"),
        _line(wordings.cut_run_together),
        _line(comments.keep_closing),
        _line(bylines.cut_placed_desk, "dateline", "byline"),
        _line(date_lines.cut_dates, "timestamp"),
        _line(imprint.cut_contact, "contact_line"),
        _line(bylines.cut_signature, "byline"),
        _line(photo_credits.cut_trailing, "caption", "credit"),
        _line(agencies.cut_sign_off, "agency_credit"),
    ),
    "zone": (
        _text(
            comments.claim_section, "comment", "comment_author", "comment_meta", "comment_chrome"
        ),
        _near(related.claim_links, *promotions.LINK_KINDS),
        _near(navigation.claim_tags, "topic_tags", "follow_topic"),
        _near(navigation.claim_breadcrumbs, "breadcrumb"),
        _near(navigation.claim_banner, "breaking_banner"),
        _near(navigation.claim_quotes, "market_ticker"),
        _near(related.claim_video, "video_teaser"),
        _near(related.claim_sponsored, "sponsored"),
        _near(related.claim_briefs, "news_ticker"),
        _text(closing.claim_close),
        _text(promotions.mark_between),
        _text(comments.mark_policy, "comment_rules"),
    ),
    "line": (
        _near(comments.decide_show_button, "comment_chrome"),
        _near(agencies.decide_under_byline, "agency_credit"),
        _near(bylines.decide_job_title, "author_role"),
        _near(bylines.decide_under_label, "byline"),
        _near(agencies.decide_initials, "reporting_credit"),
        _short(wordings.decide_separator, "separator"),
        _short(comments.decide_count, "comment_count"),
        _short(wordings.decide_wording),
        _short(controls.decide_address, "page_url", "file_name"),
        _short(controls.decide_font_size, "font_size_control"),
        _short(controls.decide_counter, "gallery_counter"),
        _line(wordings.decide_opening),
        _short(controls.decide_share_bar, "share_bar"),
        _line(corrections.decide_labelled, "correction", "editors_note"),
        _short(agencies.decide_labelled, "agency_credit", "publisher"),
        _short(bylines.decide_reporting, "reporting_credit"),
        _short(navigation.decide_prev_next, "prev_next"),
        _short(controls.decide_reading_time, "reading_time"),
        _short(bylines.decide_label, "byline"),
        _short(date_lines.decide_labelled_time, "timestamp"),
        _short(agencies.decide_rights, "agency_credit"),
        _line(imprint.decide_copyright, "copyright"),
        _line(corrections.decide_amended, "correction"),
        _short(imprint.decide_contact, "contact_line"),
        _short(bylines.decide_opened, "byline", "agency_credit"),
        _short(promotions.decide_appeal),
        _short(promotions.decide_click_here, "site_promo"),
        _short(agencies.decide_initialed, "agency_credit"),
        _short(photo_credits.decide_line, "credit"),
    ),
    "place": (
        _near(captions.decide_above_credit, "caption", "agency_credit"),
        _text(links.mark_lists, "related"),
        _near(captions.decide_printed_twice, "caption", "duplicate_caption"),
        _text(head.decide_headline, "headline", "breadcrumb", "list_item", "page_furniture"),
        _text(head.mark_above_headline, "section_label", "page_furniture"),
        _text(head.mark_repeats, "duplicate_headline"),
        _text(head.mark_names, "byline", "author_role"),
        _text(head.decide_standfirst, "standfirst"),
        _near(captions.decide_in_figure, "caption"),
        _near(body.decide_outside, "page_furniture"),
        _text(body.mark_continued, "paragraph", "divider"),
        _near(body.decide_note, "editors_note"),
        _text(links.mark_links, "related"),
        _text(tail.mark_after_text, "byline", "author_bio", "topic_tags", "section_label"),
        _near(body.decide_item, "list_item", "quote", "code", "table_cell"),
        _near(body.decide_heading, "heading"),
        _near(body.decide_paragraph, "paragraph"),
        _text(captions.mark_quotes, "caption"),
        _text(captions.mark_duplicates, "duplicate_caption", "duplicate_credit"),
        _text(links.mark_teasers, "related"),
        _text(links.mark_labels, "related"),
        _text(tail.mark_trailing, "related", "page_furniture"),
        _text(tail.mark_signature, "byline"),
    ),
}
"""Pass -> its recognisers in order."""
