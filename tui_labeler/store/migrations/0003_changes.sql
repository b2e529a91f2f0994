-- differs is 1 where a draft says something else than it began with. Together with the project it finds the changes of
-- completed tasks that nobody submitted, without a look at any draft's body. What an earlier version kept may differ.
ALTER TABLE draft ADD COLUMN differs SMALLINT NOT NULL DEFAULT 1;
ALTER TABLE draft ADD COLUMN project_id BIGINT NOT NULL DEFAULT 0;
UPDATE draft SET project_id = (SELECT t.project_id FROM task t WHERE t.id = draft.task_id);
CREATE INDEX draft_differs ON draft (project_id, differs, task_id, labeler);
