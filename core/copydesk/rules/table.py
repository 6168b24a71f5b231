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
    wording,
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
from copydesk.rules.place import body, captions, head, learned, links, tail, teasers
from copydesk.rules.recognizers import Recognize, Recognizer, Scope


def _row(scope: Scope, recognize: Recognize, *roles: str) -> Recognizer:
    return Recognizer(scope=scope, recognize=recognize, roles=tuple(" ".join(roles).split()))


PASSES: dict[str, tuple[Recognizer, ...]] = {
    "split": (
        _row("text", date_lines.cut_crawl_date, "crawl_date"),
        _row("text", datelines.cut_dateline, "dateline agency_credit standfirst"),
        _row("short", wordings.cut_run_together),
        _row("short", comments.keep_closing),
        _row("short", bylines.cut_placed_desk, "dateline byline"),
        _row(
            "short",
            date_lines.cut_dates,
            "timestamp byline dateline agency_credit section_label",
        ),
        _row("line", imprint.cut_contact, "contact_line"),
        _row("line", bylines.cut_signature, "byline"),
        _row("line", photo_credits.cut_trailing, "caption credit"),
        _row("line", agencies.cut_sign_off, "agency_credit"),
        _row("line", teasers.cut_read_on, "page_furniture"),
    ),
    "zone": (
        _row("text", comments.claim_section, "comment comment_author comment_meta comment_chrome"),
        _row("near", related.claim_links, *promotions.LINK_KINDS),
        _row("near", navigation.claim_tags, "topic_tags follow_topic"),
        _row("beside", navigation.claim_breadcrumbs, "breadcrumb"),
        _row("beside", navigation.claim_banner, "breaking_banner"),
        _row("beside", navigation.claim_quotes, "market_ticker"),
        _row("beside", related.claim_video, "video_teaser"),
        _row("beside", related.claim_sponsored, "sponsored"),
        _row("beside", related.claim_briefs, "news_ticker"),
        _row("text", closing.claim_close, *closing.ROLES),
        _row("text", promotions.mark_between, *promotions.PROMOTIONS),
        _row("text", comments.mark_policy, "comment_rules"),
    ),
    "line": (
        _row("beside", comments.decide_show_button, "comment_chrome"),
        _row("beside", agencies.decide_under_byline, "agency_credit"),
        _row("beside", bylines.decide_job_title, "author_role"),
        _row("beside", bylines.decide_under_label, "byline"),
        _row("beside", agencies.decide_initials, "reporting_credit"),
        _row("short", wordings.decide_separator, "separator"),
        _row("short", comments.decide_count, "comment_count"),
        _row("short", wordings.decide_wording, *wordings.ROLES),
        _row("short", controls.decide_address, "page_url file_name"),
        _row("short", controls.decide_font_size, "font_size_control"),
        _row("short", controls.decide_counter, "gallery_counter"),
        _row("line", wordings.decide_opening, *wording.OPENING_KINDS),
        _row("phrase", controls.decide_share_bar, "share_bar"),
        _row("line", corrections.decide_labelled, "correction editors_note"),
        _row("label", agencies.decide_labelled, "agency_credit publisher"),
        _row("label", bylines.decide_reporting, "reporting_credit"),
        _row("label", navigation.decide_prev_next, "prev_next"),
        _row("short", controls.decide_reading_time, "reading_time"),
        _row("label", bylines.decide_label, "byline"),
        _row("label", date_lines.decide_labelled_time, "timestamp"),
        _row("short", agencies.decide_rights, "agency_credit"),
        _row("line", imprint.decide_copyright, "copyright"),
        _row("line", corrections.decide_amended, "correction"),
        _row("phrase", imprint.decide_contact, "contact_line"),
        _row("phrase", bylines.decide_opened, "byline agency_credit"),
        _row("short", promotions.decide_appeal, *wording.PRODUCT_KINDS),
        _row("phrase", promotions.decide_click_here, "site_promo"),
        _row("phrase", agencies.decide_initialed, "agency_credit"),
        _row("short", photo_credits.decide_line, "credit"),
    ),
    "place": (
        _row("near", captions.decide_in_gallery, "caption"),
        _row("near", captions.decide_above_credit, "caption agency_credit"),
        _row("near", captions.decide_labelled, "caption"),
        _row("text", links.mark_lists, "related"),
        _row("near", captions.decide_printed_twice, "caption duplicate_caption"),
        _row(
            "text",
            head.decide_headline,
            "headline breadcrumb duplicate_headline list_item page_furniture",
        ),
        _row("text", head.mark_above_headline, "section_label page_furniture"),
        _row("text", head.mark_repeats, "duplicate_headline"),
        _row("text", head.mark_names, "byline author_role"),
        _row("text", datelines.decide_alone, "dateline"),
        _row("text", teasers.decide_teaser, "standfirst page_furniture"),
        _row("text", head.decide_standfirst, "standfirst", "paragraph"),
        _row("near", captions.decide_in_figure, "caption"),
        _row("near", body.decide_outside, "page_furniture"),
        _row("text", learned.mark_unnamed, "page_furniture"),
        _row("text", body.mark_continued, "paragraph divider"),
        _row("near", body.decide_note, "editors_note"),
        _row("text", links.mark_links, "related"),
        _row(
            "text",
            tail.mark_after_text,
            "byline author_role author_bio topic_tags section_label page_furniture",
        ),
        _row("near", body.decide_item, "list_item quote code table_cell"),
        _row("near", body.decide_heading, "heading"),
        _row("near", body.decide_paragraph, "paragraph"),
        _row("text", captions.mark_quotes, "caption"),
        _row("text", captions.mark_duplicates, "duplicate_caption duplicate_credit"),
        _row("text", links.mark_teasers, "related"),
        _row("text", links.mark_labels, "related"),
        _row("text", tail.mark_trailing, "related page_furniture"),
        _row("text", tail.mark_signature, "byline"),
    ),
}
"""Pass -> its recognisers in order."""
