-- The tables of the store, described in docs/on-disk-format.md.
-- Everything but keysets.sealed, objects.object and wrapped_keys.wrapped is an index: the service compares it with what was
-- sealed. Texts compare by their UTF-8 bytes (SQLite's BINARY collation).

-- 'CLAV': what tells our files from other people's.
PRAGMA application_id = 1129070934;

-- One row for a keyset. `lists` says which of the lists below have rows: 1 tags, 2 attributes, 4 read_access.
CREATE TABLE keysets (
    id       BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    tenant   TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    owner    TEXT    NOT NULL,
    state    TEXT    NOT NULL,
    latest   INTEGER NOT NULL,
    due      INTEGER,
    created  INTEGER NOT NULL,
    lists    INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    sealed   BLOB    NOT NULL,
    UNIQUE (tenant, name)
) STRICT;

CREATE INDEX keysets_by_state ON keysets (tenant, state, name);
CREATE INDEX keysets_by_owner ON keysets (tenant, owner, name);
CREATE INDEX keysets_by_due ON keysets (due, id) WHERE due IS NOT NULL;

-- One row for an object: one version of a keyset. No foreign key: a keyset and its objects are deleted by changes of their own.
CREATE TABLE objects (
    id       BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    tenant   TEXT    NOT NULL,
    keyset   BLOB    NOT NULL CHECK (length(keyset) = 16),
    version  INTEGER NOT NULL,
    type     TEXT    NOT NULL,
    state    TEXT    NOT NULL,
    owner    TEXT    NOT NULL,
    due      INTEGER,
    created  INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    object   BLOB    NOT NULL,
    UNIQUE (keyset, version)
) STRICT;

CREATE INDEX objects_by_tenant ON objects (tenant, id);
CREATE INDEX objects_by_state ON objects (tenant, state, id);
CREATE INDEX objects_by_owner ON objects (tenant, owner, id);
CREATE INDEX objects_by_due ON objects (due, id) WHERE due IS NOT NULL;

-- The lists of a keyset. They repeat its tenant and name, so that a list by tag is in the order of names without sorting.
CREATE TABLE tags (
    keyset BLOB NOT NULL REFERENCES keysets (id) ON DELETE CASCADE,
    tag    TEXT NOT NULL,
    tenant TEXT NOT NULL,
    name   TEXT NOT NULL,
    PRIMARY KEY (keyset, tag)
) STRICT, WITHOUT ROWID;

CREATE INDEX tags_by_tag ON tags (tenant, tag, name);

CREATE TABLE attributes (
    keyset    BLOB NOT NULL REFERENCES keysets (id) ON DELETE CASCADE,
    attribute TEXT NOT NULL,
    value     TEXT NOT NULL,
    tenant    TEXT NOT NULL,
    name      TEXT NOT NULL,
    PRIMARY KEY (keyset, attribute)
) STRICT, WITHOUT ROWID;

CREATE INDEX attributes_by_value ON attributes (tenant, attribute, value, name);

-- Who else may do what with a keyset, `id`. `userid` is a principal's identity, or * for everybody.
CREATE TABLE read_access (
    id          BLOB    NOT NULL REFERENCES keysets (id) ON DELETE CASCADE,
    userid      TEXT    NOT NULL,
    permissions INTEGER NOT NULL,
    tenant      TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    PRIMARY KEY (id, userid)
) STRICT, WITHOUT ROWID;

CREATE INDEX read_access_by_userid ON read_access (tenant, userid, name);

CREATE TABLE wrapped_keys (
    kind    TEXT    NOT NULL,
    tenant  TEXT    NOT NULL,
    version INTEGER NOT NULL,
    created INTEGER NOT NULL,
    wrapped BLOB    NOT NULL,
    PRIMARY KEY (kind, tenant, version)
) STRICT, WITHOUT ROWID;

-- How many rows there are, kept by every commit: counting a million of them would take a scan.
CREATE TABLE row_counts (
    id      INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    keysets INTEGER NOT NULL,
    objects INTEGER NOT NULL
) STRICT;

INSERT INTO row_counts (id, keysets, objects) VALUES (1, 0, 0);
