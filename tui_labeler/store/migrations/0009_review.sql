-- The review queue is read in the order of the index, ties of doubt included; who leaves finds what they held.
DROP INDEX review_queue;
CREATE INDEX review_queue ON review (project_id, state, doubt DESC, task_id);
CREATE INDEX review_held ON review (project_id, held_by) WHERE held_until > 0;
