-- Where a part of a name is looked for: for every three letters that stand in names of a project, the blocks of 256 ids whose
-- tasks have them. A span is 4096 blocks; `blocks` is a number in base 16 whose bit n is block n of the span.
CREATE TABLE name_part (
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    part TEXT NOT NULL,
    span BIGINT NOT NULL,
    blocks TEXT NOT NULL,
    PRIMARY KEY (project_id, part, span)
) {clustered};

-- The names of tasks with ids up to `upto` are in name_part; later ones are looked through.
CREATE TABLE name_indexed (
    project_id BIGINT NOT NULL PRIMARY KEY REFERENCES project (id) ON DELETE CASCADE,
    upto BIGINT NOT NULL
);
