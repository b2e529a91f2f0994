-- Who may do what on a PostgreSQL: given anew after each migration, so every statement stands being repeated. {owner},
-- {reviewer} and {labeler} are the workspace's roles, {schema} is where its tables are. The owner role owns the tables, and
-- no rule binds it; reviewers and labelers are bound whatever they send. A person is the login (session_user), whatever
-- role they have set.

REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA {schema} TO {owner};
GRANT USAGE ON SCHEMA {schema} TO {reviewer}, {labeler};

-- The projects in which the person may work: a reviewer in all, a labeler where nobody is named, or they are.
CREATE OR REPLACE FUNCTION team_projects() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $rules$
    SELECT id FROM project WHERE pg_has_role(session_user, {owner_text}, 'USAGE')
    OR pg_has_role(session_user, {reviewer_text}, 'USAGE')
    OR jsonb_array_length(COALESCE(spec::jsonb #> '{workforce,labelers}', '[]')) = 0
    OR jsonb_exists(spec::jsonb #> '{workforce,labelers}', session_user::text)
$rules$;

CREATE OR REPLACE FUNCTION team_is_owner() RETURNS boolean LANGUAGE sql STABLE AS
    $rules$ SELECT pg_has_role(session_user, {owner_text}, 'USAGE') $rules$;
CREATE OR REPLACE FUNCTION team_is_reviewer() RETURNS boolean LANGUAGE sql STABLE AS
    $rules$ SELECT pg_has_role(session_user, {reviewer_text}, 'USAGE') $rules$;

-- Sums the changes of numbers, which those who append them may not delete.
CREATE OR REPLACE FUNCTION team_fold() RETURNS bigint LANGUAGE sql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $rules$
    {fold}
$rules$;

-- Whether a task is drawn for something of which a share is: Workforce.is_reviewed, in the server's words.
CREATE OR REPLACE FUNCTION team_is_drawn(task_id bigint, salt bigint, share float8) RETURNS boolean LANGUAGE sql IMMUTABLE AS $rules$
    SELECT mod((mixed # (mixed >> 15)) * 2246822519::numeric, 4294967296) / 4294967296 < share
    FROM (SELECT mod((task_id * 2::numeric + salt) * 2654435761, 4294967296)::bigint AS mixed) m
$rules$;

-- Whether this submission can be the person's answer: theirs, of an image that several people answer, or of a known one.
CREATE OR REPLACE FUNCTION team_may_answer(task bigint, project bigint, submission bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = {schema}, pg_temp AS $rules$
    SELECT EXISTS (SELECT 1 FROM submission s JOIN task t ON t.id = s.task_id JOIN project p ON p.id = t.project_id
        WHERE s.id = $3 AND s.task_id = $1 AND s.labeler = session_user::text AND t.project_id = $2
        AND ((p.spec::jsonb #>> '{workforce,labels}')::int > 1 OR EXISTS (SELECT 1 FROM gold g WHERE g.task_id = $1)
            OR EXISTS (SELECT 1 FROM answer a WHERE a.task_id = $1 AND a.labeler = session_user::text)))
$rules$;

-- Whether nobody has to look at this image any more: what counts is newer than what was reviewed, it is what the answers came
-- to, one of them the person's, and the image is not drawn for review.
CREATE OR REPLACE FUNCTION team_ends_review(task bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = {schema}, pg_temp AS $rules$
    SELECT EXISTS (SELECT 1 FROM review r JOIN task t ON t.id = r.task_id JOIN project p ON p.id = t.project_id
        JOIN submission s ON s.id = t.label_id JOIN answer a ON a.task_id = t.id AND a.labeler = session_user::text
        WHERE r.task_id = $1 AND s.id > COALESCE(r.label_id, 0) AND s.labeler IN (session_user::text, {merged})
        AND (s.labels IS NULL OR NOT team_is_drawn(t.id, 2, COALESCE((p.spec::jsonb #>> '{workforce,review}')::float8, 0))))
$rules$;
REVOKE ALL ON FUNCTION team_projects(), team_fold(), team_may_answer(bigint, bigint, bigint), team_ends_review(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION team_projects(), team_fold(), team_may_answer(bigint, bigint, bigint), team_ends_review(bigint)
    TO {reviewer}, {labeler};

-- What a task may become: a lease is one's own, and what counts is a submission that the person could make.
CREATE OR REPLACE FUNCTION team_guard_task() RETURNS trigger LANGUAGE plpgsql SET search_path = {schema}, pg_temp AS $rules$
BEGIN
    IF team_is_owner() THEN
        RETURN NEW;
    END IF;
    IF (NEW.lease_token, NEW.lease_labeler, NEW.lease_until, NEW.lease_holder)
        IS DISTINCT FROM (OLD.lease_token, OLD.lease_labeler, OLD.lease_until, OLD.lease_holder) THEN
        IF OLD.lease_token IS NOT NULL AND OLD.lease_labeler <> session_user
            AND OLD.lease_until > extract(epoch FROM clock_timestamp()) THEN
            RAISE insufficient_privilege USING MESSAGE = 'someone else has this task open';
        END IF;
        IF NEW.lease_token IS NOT NULL AND (NEW.lease_labeler IS DISTINCT FROM session_user::text
            OR NEW.lease_until > extract(epoch FROM clock_timestamp()) + 86400)
            OR NEW.lease_token IS NULL AND NEW.lease_until IS NOT NULL THEN
            RAISE insufficient_privilege USING MESSAGE = 'a task is leased to whoever is signed in, for a day at most';
        END IF;
    END IF;
    IF NEW.label_id IS DISTINCT FROM OLD.label_id THEN
        IF OLD.lease_token IS NOT NULL AND OLD.lease_labeler <> session_user
            AND OLD.lease_until > extract(epoch FROM clock_timestamp()) THEN
            RAISE insufficient_privilege USING MESSAGE = 'someone else has this task open';
        END IF;
        IF NEW.label_id <= OLD.label_id OR NOT EXISTS (SELECT 1 FROM submission s WHERE s.id = NEW.label_id
            AND s.task_id = NEW.id AND s.labeler IN (session_user::text, {merged})
            AND NEW.state = CASE WHEN s.labels IS NULL THEN 'skipped' ELSE 'completed' END) THEN
            RAISE insufficient_privilege USING MESSAGE = 'what counts for a task is the newest submission of whoever is signed in';
        END IF;
    ELSIF NEW.state IS DISTINCT FROM OLD.state AND NOT (team_is_reviewer() AND NEW.state = 'needs_review') THEN
        -- The same submission counts again where the review is over.
        RAISE insufficient_privilege USING MESSAGE = 'a task changes its state by a submission';
    END IF;
    RETURN NEW;
END $rules$;
DROP TRIGGER IF EXISTS team_guard_task ON task;
CREATE TRIGGER team_guard_task BEFORE UPDATE ON task FOR EACH ROW EXECUTE FUNCTION team_guard_task();

-- Times and numbers that are none, or beyond all measure: NaN ends every copy into a file, and a sum that no longer fits ends
-- the submissions of everybody. What each submission sends is checked by policies below instead: a trigger's condition is read
-- anew by every statement (50 µs), a policy's stands in the plan.
CREATE OR REPLACE FUNCTION team_refuse_number() RETURNS trigger LANGUAGE plpgsql SET search_path = {schema}, pg_temp AS $rules$
BEGIN
    IF team_is_owner() THEN
        RETURN NEW;
    END IF;
    RAISE check_violation USING MESSAGE = format('a time or a number of the %s is none that can be', replace(TG_TABLE_NAME, '_', ' '));
END $rules$;
DO $rules$ DECLARE guarded record; BEGIN
    FOR guarded IN SELECT * FROM (VALUES
        ('agreement', 'agreement', 'NEW.agreement BETWEEN -1 AND 1'),
        ('prelabel', 'confidence, created', 'NEW.confidence BETWEEN -1e9 AND 1e9 AND NEW.created BETWEEN 0 AND {now} + 600'),
        ('review', 'doubt, held_until', 'NEW.doubt BETWEEN -1e9 AND 1e9 AND NEW.held_until BETWEEN 0 AND {now} + 3600'),
        ('review_event', '', 'NEW.at BETWEEN 0 AND {now} + 600'),
        ('gold', 'added', 'NEW.added BETWEEN 0 AND {now} + 600'),
        ('export', 'created', 'NEW.created BETWEEN 0 AND {now} + 600')
    ) AS held (name, columns, is_sound) LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS team_guard_numbers ON %I', guarded.name);
        EXECUTE format('CREATE TRIGGER team_guard_numbers BEFORE INSERT %s ON %I FOR EACH ROW WHEN (NOT (%s)) '
            'EXECUTE FUNCTION team_refuse_number()',
            CASE WHEN guarded.columns <> '' THEN 'OR UPDATE OF ' || guarded.columns ELSE '' END, guarded.name, guarded.is_sound);
    END LOOP;
END $rules$;

-- A view reads as its owner, whom no rule binds.
CREATE OR REPLACE VIEW counted AS
    SELECT project_id, kind, key, SUM(n)::BIGINT AS n FROM (
        SELECT project_id, kind, key, n FROM tally
        UNION ALL SELECT project_id, kind, key, n FROM tally_delta
    ) changes WHERE project_id = ANY (ARRAY(SELECT team_projects())) GROUP BY project_id, kind, key;

CREATE OR REPLACE VIEW counted_block AS
    SELECT project_id, state, block, SUM(n)::BIGINT AS n FROM (
        SELECT project_id, state, block, n FROM state_block
        UNION ALL SELECT project_id, key, block, n FROM tally_delta WHERE block IS NOT NULL
    ) changes WHERE project_id = ANY (ARRAY(SELECT team_projects())) GROUP BY project_id, state, block;

REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {reviewer}, {labeler};
GRANT {labeler} TO {reviewer};
GRANT SELECT ON workspace_version, team_role, datastore, dataset, project, task, task_block, state_block, submission, draft,
    counted, counted_block, memo, prelabel, import, import_task, answer, agreement, gold, review, review_event, figure,
    queue_place, export, export_recipe, export_content, edit, edit_task, edit_text, name_part, name_indexed, shared_model
    TO {labeler};
-- A submission's number is asked for as lastval().
GRANT SELECT ON SEQUENCE submission_id_seq TO {labeler};
GRANT INSERT ON draft, tally_delta, memo, prelabel, answer, agreement, figure, queue_place TO {labeler};
-- Ids are the server's to give: one that is taken ahead is everybody's failure later.
GRANT INSERT (task_id, labeler, submitted, seconds, labels, sent_as) ON submission TO {labeler};
GRANT INSERT (task_id, who, at, action, comment, region, label_id) ON review_event TO {labeler};
GRANT INSERT (task_id, project_id, state, labeler, label_id, doubt, reason),
    UPDATE (state, labeler, label_id, doubt, reason, held_until) ON review TO {labeler};
GRANT UPDATE (submission_id) ON answer TO {labeler};
GRANT UPDATE (state, label_id, prelabeled, lease_labeler, lease_holder, lease_token, lease_until) ON task TO {labeler};
GRANT UPDATE ON draft, memo, prelabel, agreement, figure, queue_place TO {labeler};
GRANT DELETE ON draft, memo, prelabel, agreement, review TO {labeler};
GRANT UPDATE (comment, reviews, held_by) ON review TO {reviewer};
GRANT INSERT (project_id, project, name, created, result), UPDATE (result) ON export TO {reviewer};
GRANT INSERT, UPDATE ON export_recipe, export_content, gold TO {reviewer};
GRANT DELETE ON gold TO {reviewer};

DO $rules$ DECLARE rule record; BEGIN
    FOR rule IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = {schema_text} LOOP
        EXECUTE format('DROP POLICY %I ON %I.%I', rule.policyname, {schema_text}, rule.tablename);
    END LOOP;
END $rules$;

-- Of projects that are the person's own.
DO $rules$ DECLARE held text; BEGIN
    FOREACH held IN ARRAY ARRAY['task', 'task_block', 'prelabel', 'import', 'answer', 'agreement', 'gold', 'review', 'figure',
        'queue_place', 'export', 'export_recipe', 'edit', 'name_part', 'name_indexed', 'state_block'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', held);
        EXECUTE format('CREATE POLICY team_sees ON %1$I FOR SELECT TO %2$I '
            'USING (project_id = ANY (ARRAY(SELECT team_projects())))', held, {labeler_text});
    END LOOP;
    CREATE POLICY team_adds ON agreement FOR INSERT TO {labeler} WITH CHECK (project_id = ANY (ARRAY(SELECT team_projects())));
    CREATE POLICY team_changes ON agreement FOR UPDATE TO {labeler} USING (project_id = ANY (ARRAY(SELECT team_projects())));
    CREATE POLICY team_adds ON figure FOR INSERT TO {labeler}
        WITH CHECK (n BETWEEN -100000000000000000 AND 100000000000000000 AND project_id = ANY (ARRAY(SELECT team_projects())));
    CREATE POLICY team_changes ON figure FOR UPDATE TO {labeler} USING (project_id = ANY (ARRAY(SELECT team_projects())))
        WITH CHECK (n BETWEEN -100000000000000000 AND 100000000000000000 AND project_id = ANY (ARRAY(SELECT team_projects())));
    CREATE POLICY team_adds ON queue_place FOR INSERT TO {labeler} WITH CHECK
        (labeler = session_user::text AND project_id = ANY (ARRAY(SELECT team_projects())));
    CREATE POLICY team_changes ON queue_place FOR UPDATE TO {labeler} USING
        (labeler = session_user::text AND project_id = ANY (ARRAY(SELECT team_projects())));
    CREATE POLICY team_adds ON answer FOR INSERT TO {labeler} WITH CHECK (labeler = session_user::text
        AND project_id = ANY (ARRAY(SELECT team_projects())) AND team_may_answer(task_id, project_id, submission_id));
    CREATE POLICY team_changes ON answer FOR UPDATE TO {labeler} USING (labeler = session_user::text)
        WITH CHECK (labeler = session_user::text AND team_may_answer(task_id, project_id, submission_id));
    FOREACH held IN ARRAY ARRAY['submission', 'review_event', 'import_task', 'edit_task', 'edit_text'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', held);
        EXECUTE format('CREATE POLICY team_sees ON %1$I FOR SELECT TO %2$I '
            'USING (EXISTS (SELECT 1 FROM task t WHERE t.id = task_id))', held, {labeler_text});
    END LOOP;
    CREATE POLICY team_reviews ON export FOR ALL TO {reviewer} USING (true);
    -- What is known is known by whoever says so.
    CREATE POLICY team_reviews ON gold FOR ALL TO {reviewer} USING (true) WITH CHECK (who = session_user::text);
    FOREACH held IN ARRAY ARRAY['export_recipe', 'export_content'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', held);
        EXECUTE format('CREATE POLICY team_reviews ON %1$I FOR ALL TO %2$I USING (true)', held, {reviewer_text});
    END LOOP;
END $rules$;

ALTER TABLE project ENABLE ROW LEVEL SECURITY;
CREATE POLICY team_sees ON project FOR SELECT TO {labeler} USING (id = ANY (ARRAY(SELECT team_projects())));

-- Models of the projects that are the person's own; `name` is that of a file, or begins with that of a folder.
ALTER TABLE shared_model ENABLE ROW LEVEL SECURITY;
CREATE POLICY team_sees ON shared_model FOR SELECT TO {labeler}
    USING (EXISTS (SELECT 1 FROM project p WHERE strpos(p.spec, split_part(shared_model.name, '/', 1)) > 0));

CREATE POLICY team_labels ON task FOR UPDATE TO {labeler} USING (project_id = ANY (ARRAY(SELECT team_projects())));

-- What several people's answers come to is submitted by the program of whoever answers last.
CREATE POLICY team_submits ON submission FOR INSERT TO {labeler} WITH CHECK (edit_id IS NULL
    AND submitted BETWEEN 0 AND {now} + 600 AND seconds BETWEEN 0 AND 1e8 AND EXISTS (SELECT 1 FROM task t WHERE t.id = task_id) AND (labeler = session_user::text OR labeler IN ({merged})
    AND EXISTS (SELECT 1 FROM answer a WHERE a.task_id = submission.task_id AND a.labeler = session_user::text)));

ALTER TABLE draft ENABLE ROW LEVEL SECURITY;
CREATE POLICY team_drafts ON draft FOR ALL TO {labeler}
    USING (labeler = session_user::text AND EXISTS (SELECT 1 FROM task t WHERE t.id = task_id))
    WITH CHECK (changed BETWEEN 0 AND {now} + 600
        AND labeler = session_user::text AND EXISTS (SELECT 1 FROM task t WHERE t.id = task_id));
CREATE POLICY team_sees ON draft FOR SELECT TO {reviewer} USING (true);

ALTER TABLE tally ENABLE ROW LEVEL SECURITY;
ALTER TABLE tally_delta ENABLE ROW LEVEL SECURITY;
CREATE POLICY team_counts ON tally_delta FOR INSERT TO {labeler}
    WITH CHECK (n BETWEEN -1000000000000 AND 1000000000000 AND project_id = ANY (ARRAY(SELECT team_projects())));

-- Models propose in the labelers' programs. What a person brought along is not taken away.
CREATE POLICY team_proposes ON prelabel FOR INSERT TO {labeler}
    WITH CHECK (by_model = 1 AND project_id = ANY (ARRAY(SELECT team_projects())));
CREATE POLICY team_changes ON prelabel FOR UPDATE TO {labeler}
    USING (project_id = ANY (ARRAY(SELECT team_projects())));
CREATE POLICY team_withdraws ON prelabel FOR DELETE TO {labeler}
    USING (by_model = 1 AND project_id = ANY (ARRAY(SELECT team_projects())));

-- A labeler's work waits for review; who decides is a reviewer, and never the one whose work it is. Work that was given back
-- to someone who has left is whose submission takes its place, and so is any that got newer labels than were reviewed. What a
-- reviewer has before them is theirs for an hour at most, and only a reviewer has any.
CREATE POLICY team_adds ON review FOR INSERT TO {labeler} WITH CHECK (project_id = ANY (ARRAY(SELECT team_projects()))
    AND EXISTS (SELECT 1 FROM task t WHERE t.id = task_id AND t.project_id = review.project_id)
    AND (team_is_reviewer() OR (state = 'waiting' AND labeler IN ('', session_user::text))));
CREATE POLICY team_changes ON review FOR UPDATE TO {labeler} USING (project_id = ANY (ARRAY(SELECT team_projects()))
    AND (team_is_reviewer() OR labeler IN ('', session_user::text) OR (state = 'returned'
        AND EXISTS (SELECT 1 FROM submission s WHERE s.task_id = review.task_id AND s.labeler = session_user::text))
        OR EXISTS (SELECT 1 FROM task t JOIN submission s ON s.id = t.label_id WHERE t.id = review.task_id
            AND s.labeler = session_user::text AND s.id > COALESCE(review.label_id, 0))))
    WITH CHECK (project_id = ANY (ARRAY(SELECT team_projects()))
        AND (held_until = 0 OR (team_is_reviewer() AND held_by = session_user::text))
        AND (team_is_reviewer() OR (state = 'waiting' AND labeler IN ('', session_user::text))));
CREATE POLICY team_not_own ON review AS RESTRICTIVE FOR UPDATE TO {labeler} USING (true)
    WITH CHECK (state NOT IN ('accepted', 'corrected') OR labeler <> session_user::text);
CREATE POLICY team_ends ON review FOR DELETE TO {labeler} USING (labeler IN ('', session_user::text) AND team_ends_review(task_id));
CREATE POLICY team_reports ON review_event FOR INSERT TO {labeler}
    WITH CHECK (who = session_user::text AND (team_is_reviewer() OR action = {taken_over}) AND EXISTS (SELECT 1 FROM task t WHERE t.id = task_id));

ALTER TABLE memo ENABLE ROW LEVEL SECURITY;
CREATE POLICY team_sees ON memo FOR SELECT TO {labeler} USING (true);
CREATE POLICY team_remembers ON memo FOR ALL TO {labeler} USING (key LIKE 'assist/%' OR key LIKE 'layout:%'
    OR key LIKE 'told:%' OR key = 'wizard ' || session_user OR (team_is_reviewer()
    AND (key LIKE 'export/%' OR key LIKE 'mistakes/%' OR key LIKE 'azure.%')));
