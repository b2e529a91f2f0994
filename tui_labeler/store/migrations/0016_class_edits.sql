-- Which edit was the last one that changed names of classes (0: none): a name that was kept before it may be another class's now.
ALTER TABLE project ADD COLUMN class_edit BIGINT NOT NULL DEFAULT 0;
UPDATE project SET class_edit = COALESCE((
    SELECT MAX(e.id) FROM edit e WHERE e.project_id = project.id AND e.mapping <> '{}' AND e.kind <> 'change class'
), 0);

-- The last such edit that whoever drew a draft knew of; NULL for what an earlier version kept.
ALTER TABLE draft ADD COLUMN class_edit BIGINT;
