-- What objects are found by besides their identifiers, described in docs/on-disk-format.md.

-- One row for each thing that an object can be found by: a keyed hash of an attribute's value. It repeats when the object was
-- made, so that a list by fingerprint is newest first without sorting.
CREATE TABLE fingerprints (
    tenant      TEXT    NOT NULL,
    fingerprint BLOB    NOT NULL CHECK (length(fingerprint) = 16),
    created     INTEGER NOT NULL,
    object      BLOB    NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    PRIMARY KEY (tenant, fingerprint, created, object)
) STRICT, WITHOUT ROWID;

CREATE INDEX fingerprints_by_object ON fingerprints (object);

-- Lists of objects are newest first, too.
DROP INDEX objects_by_tenant;
DROP INDEX objects_by_state;
DROP INDEX objects_by_owner;
CREATE INDEX objects_by_tenant ON objects (tenant, created, id);
CREATE INDEX objects_by_state ON objects (tenant, state, created, id);
CREATE INDEX objects_by_owner ON objects (tenant, owner, created, id);
