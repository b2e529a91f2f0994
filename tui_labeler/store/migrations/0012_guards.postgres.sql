-- Clients from before version 11 that go on after it append changes of states without their block: what they count would stand
-- in one place and not in the other. They are refused, by the name of this constraint; newer ones look at the version in each
-- transaction that writes. What has gone apart until now is counted anew.
DELETE FROM state_block;
INSERT INTO state_block (project_id, state, block, n)
    SELECT project_id, CASE WHEN missing = 1 THEN 'missing' ELSE state END, id / 4096, COUNT(*) FROM task GROUP BY 1, 2, 3;
UPDATE tally_delta SET block = NULL WHERE block IS NOT NULL;
ALTER TABLE tally_delta ADD CONSTRAINT "tui-labeler is too old, upgrade it: states by block"
    CHECK (kind <> 'state' OR block IS NOT NULL) NOT VALID;
