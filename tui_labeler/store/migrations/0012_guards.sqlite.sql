-- Clients from before version 11 that went on after it changed states without counting them by block: that is counted anew. From
-- here on each looks at the version in each transaction that writes.
DELETE FROM state_block;
INSERT INTO state_block (project_id, state, block, n)
    SELECT project_id, CASE WHEN missing = 1 THEN 'missing' ELSE state END, id / 4096, COUNT(*) FROM task GROUP BY 1, 2, 3;
