-- What costs the same in a project of a thousand tasks and of ten million.

-- How many tasks of a project have ids of each block of 4096: a page in the middle is found without walking there. Tasks are
-- only ever added, or deleted with their project.
CREATE TABLE task_block (
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    block BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (project_id, block)
) {clustered};
INSERT INTO task_block SELECT project_id, id / 4096, COUNT(*) FROM task GROUP BY project_id, id / 4096;

-- The newest labels of a project, and the newest submissions of a labeler.
CREATE INDEX task_labels ON task (project_id, label_id) WHERE label_id IS NOT NULL;
CREATE INDEX submission_labeler ON submission (labeler, id);
