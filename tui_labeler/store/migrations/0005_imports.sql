-- An import is a named thing that can be taken back: what each of its tasks had before stays here.
-- undone is 0 while it stands. result is what the import said, as JSON.

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

-- review holds the reasons why the task needs review, with commas between them. label_after is the submission that the
-- import made (NULL: it made a proposal); while it counts, nobody has changed the task since.
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
