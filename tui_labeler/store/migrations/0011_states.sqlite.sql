-- How many tasks of a project stand in each state (`missing` for those whose images are gone), by blocks of 4096 ids: a page in
-- the middle of one state is found without walking there.
CREATE TABLE state_block (
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    block BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (project_id, state, block)
) {clustered};
INSERT INTO state_block (project_id, state, block, n)
    SELECT project_id, CASE WHEN missing = 1 THEN 'missing' ELSE state END, id / 4096, COUNT(*) FROM task GROUP BY 1, 2, 3;
