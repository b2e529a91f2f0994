-- Edits of classes change labels page by page, so that nobody waits: 1 while labels follow, 2 while they are given back what they
-- had, 0 once that is done. The list of classes changes at the beginning, and labels that have not followed are read as if.
ALTER TABLE edit ADD COLUMN running SMALLINT NOT NULL DEFAULT 0;
