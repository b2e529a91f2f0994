-- What a model, or another tool's file, proposes for a task. There is at most one proposal for a task; it stays when the
-- task is submitted (is_open 0), so that what was proposed can be compared with what a person made of it.
-- confidence is that of the whole proposal, 0 (unsure) to 1; by_model is 0 where a person brought it along.

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
-- The unsurest open proposal of a project is the first entry of this index.
CREATE INDEX prelabel_order ON prelabel (project_id, is_open, confidence, task_id);
