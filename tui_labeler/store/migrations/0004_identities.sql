-- An id is never given to a second row, not even after the first one is deleted: every table with ids is made again from
-- the schema's text, where {identity} now counts up for good. Foreign keys are switched off around a migration, and checked
-- after it.
--
-- The lease of a task stands in the task's own row: whoever locks the row to claim it sees the lease that is true. lease_token
-- is NULL while nobody has the task.

CREATE TABLE new_datastore (
    id {identity},
    name TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    kind TEXT NOT NULL,
    created DOUBLE PRECISION NOT NULL
);
INSERT INTO new_datastore SELECT id, name, url, kind, created FROM datastore;
DROP TABLE datastore;
ALTER TABLE new_datastore RENAME TO datastore;

CREATE TABLE new_dataset (
    id {identity},
    name TEXT NOT NULL UNIQUE,
    datastore_id BIGINT NOT NULL REFERENCES datastore (id),
    path TEXT NOT NULL,
    created DOUBLE PRECISION NOT NULL
);
INSERT INTO new_dataset SELECT id, name, datastore_id, path, created FROM dataset;
DROP TABLE dataset;
ALTER TABLE new_dataset RENAME TO dataset;

CREATE TABLE new_project (
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
INSERT INTO new_project
    SELECT id, name, type, status, spec, dataset_id, refresh_seconds, refreshed, created FROM project;
DROP TABLE project;
ALTER TABLE new_project RENAME TO project;

CREATE TABLE new_task (
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
);
INSERT INTO new_task
    SELECT t.id, t.project_id, t.path, t.size, t.version, t.state, t.missing, t.prelabeled, t.label_id,
        x.labeler, x.holder, x.token, x.until
    FROM task t LEFT JOIN lease x ON x.task_id = t.id ORDER BY t.id;
DROP TABLE lease;
DROP TABLE task;
ALTER TABLE new_task RENAME TO task;
CREATE INDEX task_queue ON task (project_id, state, missing, id);
-- The few tasks that someone has open.
CREATE INDEX task_leased ON task (project_id, lease_labeler) WHERE lease_token IS NOT NULL;
CREATE INDEX task_token ON task (lease_token) WHERE lease_token IS NOT NULL;

-- sent_as: what whoever submitted calls the submission, so that one that is sent again counts once.
CREATE TABLE new_submission (
    id {identity},
    task_id BIGINT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    labeler TEXT NOT NULL,
    submitted DOUBLE PRECISION NOT NULL,
    seconds DOUBLE PRECISION NOT NULL DEFAULT 0,
    labels TEXT,
    sent_as TEXT
);
INSERT INTO new_submission (id, task_id, labeler, submitted, seconds, labels)
    SELECT id, task_id, labeler, submitted, seconds, labels FROM submission ORDER BY id;
DROP TABLE submission;
ALTER TABLE new_submission RENAME TO submission;
CREATE INDEX submission_task ON submission (task_id);
CREATE UNIQUE INDEX submission_sent ON submission (sent_as) WHERE sent_as IS NOT NULL;

CREATE TABLE new_export (
    id {identity},
    project_id BIGINT REFERENCES project (id) ON DELETE SET NULL,
    project TEXT NOT NULL,
    name TEXT NOT NULL UNIQUE,
    created DOUBLE PRECISION NOT NULL,
    result TEXT NOT NULL
);
INSERT INTO new_export SELECT id, project_id, project, name, created, result FROM export;
DROP TABLE export;
ALTER TABLE new_export RENAME TO export;
CREATE INDEX export_project ON export (project_id);

-- The submission that counted when the draft was begun (NULL: there was none): a draft that is older than what counts now
-- does not take its place by itself.
ALTER TABLE draft ADD COLUMN label_id BIGINT;
UPDATE draft SET label_id = (
    SELECT b.id FROM task t JOIN submission b ON b.id = t.label_id
    WHERE t.id = draft.task_id AND b.submitted <= draft.changed
);
