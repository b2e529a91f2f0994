-- Small files that every machine of a team needs: models of ML assist. `name` ends in a digest of the content, which stands in
-- pieces in base64; `added` is when it came.
CREATE TABLE shared_model (
    name TEXT NOT NULL,
    part BIGINT NOT NULL,
    added DOUBLE PRECISION NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (name, part)
);
