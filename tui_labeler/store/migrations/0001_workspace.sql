-- The first schema. Statements end with a semicolon at the end of a line. {identity} is filled in by
-- the dialect. Times are seconds since 1970 (UTC); labels and specifications are JSON.

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

-- refresh_seconds is NULL where incremental refresh is off.
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

-- One image. label_id is the submission that counts (NULL: none); the others of the task are its history.
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
    UNIQUE (project_id, path)
);
-- The queue: the first open task of a project is the first entry of this index.
CREATE INDEX task_queue ON task (project_id, state, missing, id);

-- Label history: rows are only ever added. labels is NULL where the labeler skipped the task.
CREATE TABLE submission (
    id {identity},
    task_id BIGINT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    labeler TEXT NOT NULL,
    submitted DOUBLE PRECISION NOT NULL,
    seconds DOUBLE PRECISION NOT NULL DEFAULT 0,
    labels TEXT
);
CREATE INDEX submission_task ON submission (task_id);

-- A task that a labeler has open, until it is given back or the time is over. holder says which process has it.
CREATE TABLE lease (
    task_id BIGINT PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
    labeler TEXT NOT NULL,
    holder TEXT NOT NULL,
    token TEXT NOT NULL,
    until DOUBLE PRECISION NOT NULL
);

-- What a labeler has drawn and not yet submitted.
CREATE TABLE draft (
    task_id BIGINT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    labeler TEXT NOT NULL,
    body TEXT NOT NULL,
    changed DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (task_id, labeler)
);
CREATE INDEX draft_labeler ON draft (labeler, changed);

-- Every number that a dashboard shows, kept in the transaction that changes it.
-- kind: state | missing | prelabeled | class | labeler | hour
CREATE TABLE tally (
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (project_id, kind, key)
);

-- Exports outlive their project: their files do, and their names stay taken.
CREATE TABLE export (
    id {identity},
    project_id BIGINT REFERENCES project (id) ON DELETE SET NULL,
    project TEXT NOT NULL,
    name TEXT NOT NULL UNIQUE,
    created DOUBLE PRECISION NOT NULL,
    result TEXT NOT NULL
);
CREATE INDEX export_project ON export (project_id);

-- Small things that the app remembers: a project half typed in the wizard, the last choice of an export.
CREATE TABLE memo (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
