-- Several labelers an image, gold, review. A project that asks for none of it has no rows here.

-- What each labeler said about an image that several people label, or whose labels are known (gold): their newest
-- submission. The task's own label_id is what they come to.
CREATE TABLE answer (
    task_id BIGINT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    labeler TEXT NOT NULL,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    submission_id BIGINT NOT NULL,
    PRIMARY KEY (task_id, labeler)
);
CREATE INDEX answer_labeler ON answer (project_id, labeler, submission_id);

-- How far those who labeled an image agree, 0 to 1.
CREATE TABLE agreement (
    task_id BIGINT PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    agreement DOUBLE PRECISION NOT NULL
);
CREATE INDEX agreement_project ON agreement (project_id, agreement);

-- Images whose labels are known.
CREATE TABLE gold (
    task_id BIGINT PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    labels TEXT NOT NULL,
    who TEXT NOT NULL,
    added DOUBLE PRECISION NOT NULL
);
CREATE INDEX gold_project ON gold (project_id, task_id);

-- state: waiting | accepted | corrected | returned. labeler is whose labels are reviewed, empty where they are merged;
-- while it is returned, who is to look at it again. label_id is the submission that was decided on. doubt (0 to 1) orders
-- the queue; reviews counts the decisions. held: a reviewer has it before them.
CREATE TABLE review (
    task_id BIGINT PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    labeler TEXT NOT NULL,
    label_id BIGINT,
    doubt DOUBLE PRECISION NOT NULL,
    reason TEXT NOT NULL,
    comment TEXT NOT NULL DEFAULT '',
    reviews BIGINT NOT NULL DEFAULT 0,
    held_by TEXT NOT NULL DEFAULT '',
    held_until DOUBLE PRECISION NOT NULL DEFAULT 0
);
CREATE INDEX review_queue ON review (project_id, state, doubt, task_id);

-- Who did what in review; rows are only ever added. region is the place of the region that a comment is about, or NULL.
CREATE TABLE review_event (
    id {identity},
    task_id BIGINT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    who TEXT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    action TEXT NOT NULL,
    comment TEXT NOT NULL DEFAULT '',
    region BIGINT,
    label_id BIGINT
);
CREATE INDEX review_event_task ON review_event (task_id);

-- The sums that figures of quality are made from (see quality/counting.py); key is a JSON list of texts.
CREATE TABLE figure (
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (project_id, key)
);

-- Where a labeler is in the queue: no task below is open to them, but those that others had open. answered counts the
-- images that they submitted.
CREATE TABLE queue_place (
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    labeler TEXT NOT NULL,
    task_id BIGINT NOT NULL DEFAULT 0,
    answered BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, labeler)
);

-- Exactly what an export holds: the submissions in the order of its rows, a few thousand a row, packed (see
-- store/exportcontents.py); recipe is all that is needed to write it again, as JSON.
CREATE TABLE export_recipe (
    export_id BIGINT PRIMARY KEY REFERENCES export (id) ON DELETE CASCADE,
    project_id BIGINT NOT NULL,
    recipe TEXT NOT NULL
);
CREATE TABLE export_content (
    export_id BIGINT NOT NULL REFERENCES export (id) ON DELETE CASCADE,
    part BIGINT NOT NULL,
    labels TEXT NOT NULL,
    PRIMARY KEY (export_id, part)
);
