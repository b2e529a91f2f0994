-- Changes of many labels at once: classes that are renamed, merged, deleted, and what is done to many tasks together. Each is a
-- named thing that can be taken back, as an import is.

-- mapping is what became of class names, as JSON ("": gone); classes_before is the list of classes before, as JSON, or NULL
-- where it stayed. undone is 0 while the edit stands. reverses is the edit that this one takes back, or 0.
CREATE TABLE edit (
    id {identity},
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    who TEXT NOT NULL,
    created DOUBLE PRECISION NOT NULL,
    mapping TEXT NOT NULL,
    classes_before TEXT,
    reverses BIGINT NOT NULL DEFAULT 0,
    undone DOUBLE PRECISION NOT NULL DEFAULT 0,
    images BIGINT NOT NULL DEFAULT 0,
    labels BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX edit_project ON edit (project_id);

-- What each task had before and has since: while that counts, nobody has changed the task.
CREATE TABLE edit_task (
    edit_id BIGINT NOT NULL REFERENCES edit (id) ON DELETE CASCADE,
    task_id BIGINT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    state_before TEXT NOT NULL,
    state_after TEXT NOT NULL,
    label_before BIGINT,
    label_after BIGINT,
    PRIMARY KEY (edit_id, task_id)
);
CREATE INDEX edit_task_task ON edit_task (task_id);

-- What else changed with it: proposals and known labels (as JSON), and answers (ids of submissions). part names the table.
CREATE TABLE edit_text (
    edit_id BIGINT NOT NULL REFERENCES edit (id) ON DELETE CASCADE,
    part TEXT NOT NULL,
    task_id BIGINT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    labeler TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (edit_id, part, task_id, labeler)
);
CREATE INDEX edit_text_task ON edit_text (task_id);

-- The edit that made a submission out of the one before it; NULL where its labeler submitted it as it is.
ALTER TABLE submission ADD COLUMN edit_id BIGINT;
CREATE INDEX submission_edit ON submission (edit_id, task_id) WHERE edit_id IS NOT NULL;
