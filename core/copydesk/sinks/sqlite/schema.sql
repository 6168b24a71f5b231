-- Version 1. A later version changes PRAGMA user_version.

create table articles (
    number integer primary key,
    id text not null unique,
    revision text not null,
    kind text not null,
    outlet text,
    outlet_name text,
    site_name text,
    site_domain text,
    url text,
    canonical_url text,
    headline text,
    standfirst text,
    description text,
    byline text,
    published text,
    published_date text,
    modified text,
    modified_date text,
    language text,
    section text,
    tags text not null,
    text text not null,
    word_count integer not null,
    access text not null,
    fingerprint text,
    retrieved text
);

create index articles_site_date on articles (site_domain, published_date);
create index articles_outlet_date on articles (outlet, published_date);
create index articles_date on articles (published_date);

create table revisions (
    number integer primary key,
    article text not null references articles (id) on delete cascade,
    revision text not null,
    retrieved text,
    record text not null,
    unique (article, revision)
);

create table authors (
    article text not null references articles (id) on delete cascade,
    position integer not null,
    name text not null,
    role text,
    organisation text,
    url text,
    primary key (article, position)
) without rowid;

create index authors_name on authors (name);

create table images (
    article text not null references articles (id) on delete cascade,
    position integer not null,
    url text,
    caption text,
    alt text,
    credit text,
    agency text,
    is_lead integer not null,
    primary key (article, position)
) without rowid;

create table links (
    article text not null references articles (id) on delete cascade,
    position integer not null,
    place text not null check (place in ('body', 'related')),
    url text not null,
    text text not null,
    primary key (article, position)
) without rowid;

create index links_url on links (url);

create virtual table search using fts5 (
    headline, standfirst, text,
    content='articles', content_rowid='number', tokenize='unicode61 remove_diacritics 2'
);

create trigger articles_added after insert on articles begin
    insert into search (rowid, headline, standfirst, text)
    values (new.number, new.headline, new.standfirst, new.text);
end;

create trigger articles_removed after delete on articles begin
    insert into search (search, rowid, headline, standfirst, text)
    values ('delete', old.number, old.headline, old.standfirst, old.text);
end;

create trigger articles_changed after update on articles begin
    insert into search (search, rowid, headline, standfirst, text)
    values ('delete', old.number, old.headline, old.standfirst, old.text);
    insert into search (rowid, headline, standfirst, text)
    values (new.number, new.headline, new.standfirst, new.text);
end;
