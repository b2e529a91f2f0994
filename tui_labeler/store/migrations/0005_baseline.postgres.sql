-- The schema of version 5 on PostgreSQL, where no earlier version ever was; what its tables mean is said in the scripts 1 to 5.
-- Later scripts are for both databases.

CREATE TABLE workspace_version (
    version BIGINT NOT NULL
);

CREATE TABLE datastore (
    id {identity},
    name TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    kind TEXT NOT NULL,
    created DOUBLE PRECISION NOT NULL
);

CREATE TABLE dataset (
    id {identity},
    name TEXT NOT NULL UNIQUE,
    datastore_id BIGINT NOT NULL REFERENCES datastore (id),
    path TEXT NOT NULL,
    created DOUBLE PRECISION NOT NULL
);

CREATE TABLE project (
    id {identity},
    name TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    spec TEXT NOT NULL,
    dataset_id BIGINT NOT NULL REFERENCES dataset (id),
    refresh_seconds BIGINT,
    refreshed DOUBLE PRECISION NOT NULL,
    created DOUBLE PRECISION NOT NULL
);

-- Each row is updated three or four times: there is room for its next version beside it.
CREATE TABLE task (
    id {identity},
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    size BIGINT NOT NULL,
    version TEXT NOT NULL,
    state TEXT NOT NULL,
    missing SMALLINT NOT NULL DEFAULT 0,
    prelabeled SMALLINT NOT NULL DEFAULT 0,
    label_id BIGINT,
    lease_labeler TEXT,
    lease_holder TEXT,
    lease_token TEXT,
    lease_until DOUBLE PRECISION,
    UNIQUE (project_id, path)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX task_queue ON task (project_id, state, missing, id);
CREATE INDEX task_leased ON task (project_id, lease_labeler) WHERE lease_token IS NOT NULL;
CREATE INDEX task_token ON task (lease_token) WHERE lease_token IS NOT NULL;

CREATE TABLE submission (
    id {identity},
    task_id BIGINT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    labeler TEXT NOT NULL,
    submitted DOUBLE PRECISION NOT NULL,
    seconds DOUBLE PRECISION NOT NULL DEFAULT 0,
    labels TEXT,
    sent_as TEXT
);
CREATE INDEX submission_task ON submission (task_id);
CREATE UNIQUE INDEX submission_sent ON submission (sent_as) WHERE sent_as IS NOT NULL;

CREATE TABLE draft (
    task_id BIGINT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    labeler TEXT NOT NULL,
    body TEXT NOT NULL,
    changed DOUBLE PRECISION NOT NULL,
    differs SMALLINT NOT NULL DEFAULT 1,
    project_id BIGINT NOT NULL DEFAULT 0,
    label_id BIGINT,
    PRIMARY KEY (task_id, labeler)
);
CREATE INDEX draft_labeler ON draft (labeler, changed);
CREATE INDEX draft_differs ON draft (project_id, differs, task_id, labeler);

CREATE TABLE tally (
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (project_id, kind, key)
);

-- Changes of the numbers, appended by whoever labels: one row for all would have all labelers wait for each other. They
-- are summed into tally now and then, by one at a time.
CREATE TABLE tally_delta (
    project_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    n BIGINT NOT NULL
) WITH (autovacuum_vacuum_cost_delay = 0);

CREATE VIEW counted AS
    SELECT project_id, kind, key, SUM(n)::BIGINT AS n FROM (
        SELECT project_id, kind, key, n FROM tally
        UNION ALL SELECT project_id, kind, key, n FROM tally_delta
    ) changes GROUP BY project_id, kind, key;

CREATE TABLE export (
    id {identity},
    project_id BIGINT REFERENCES project (id) ON DELETE SET NULL,
    project TEXT NOT NULL,
    name TEXT NOT NULL UNIQUE,
    created DOUBLE PRECISION NOT NULL,
    result TEXT NOT NULL
);
CREATE INDEX export_project ON export (project_id);

CREATE TABLE memo (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE prelabel (
    task_id BIGINT PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    is_open SMALLINT NOT NULL DEFAULT 1,
    by_model SMALLINT NOT NULL,
    source TEXT NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    created DOUBLE PRECISION NOT NULL,
    labels TEXT NOT NULL
);
CREATE INDEX prelabel_order ON prelabel (project_id, is_open, confidence, task_id);

CREATE TABLE import (
    id {identity},
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    file TEXT NOT NULL,
    format TEXT NOT NULL,
    who TEXT NOT NULL,
    prelabel SMALLINT NOT NULL,
    created DOUBLE PRECISION NOT NULL,
    undone DOUBLE PRECISION NOT NULL DEFAULT 0,
    imported BIGINT NOT NULL DEFAULT 0,
    labels BIGINT NOT NULL DEFAULT 0,
    review BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX import_project ON import (project_id);

CREATE TABLE import_task (
    import_id BIGINT NOT NULL REFERENCES import (id) ON DELETE CASCADE,
    task_id BIGINT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    state_before TEXT NOT NULL,
    label_before BIGINT,
    label_after BIGINT,
    review TEXT NOT NULL,
    prelabel_before TEXT,
    prelabel_source TEXT,
    prelabel_confidence DOUBLE PRECISION,
    prelabel_by_model SMALLINT,
    prelabel_created DOUBLE PRECISION,
    prelabel_open SMALLINT,
    PRIMARY KEY (import_id, task_id)
);
CREATE INDEX import_task_task ON import_task (task_id);
