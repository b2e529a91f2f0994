-- Whoever writes past the program (by SQL a labeler may, in their own name) cannot store what nobody can read: it is refused
-- here, as far as its outline shows it. Readers pass over what was there before. Only a copy of a whole workspace, by the owner
-- of its tables, brings along whatever the source holds. (\x3f is a question mark, which would be a place for a value.)

CREATE OR REPLACE FUNCTION require_labels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.labels IS NULL THEN
        RETURN NEW;
    ELSIF pg_catalog.current_setting('tui_labeler.copying', true) OPERATOR(pg_catalog.=) 'on' THEN
        -- Apart: a query in the condition would be one more for each submission.
        IF pg_catalog.pg_has_role(session_user, (SELECT relowner FROM pg_catalog.pg_class WHERE oid = TG_RELID), 'USAGE') THEN
            RETURN NEW;
        END IF;
    END IF;
    IF pg_catalog.jsonb_path_match(NEW.labels::pg_catalog.jsonb, E'$.type() == "object"
        && $.size.type() == "array" && $.size.size() == 2
        && !($.size[*].type() != "number") && !($.size[*] < 1) && !(exists ($.size[*] \x3f (@.floor() != @)))
        && !($.regions.type() != "array") && !($.tags.type() != "array")
        && !($.tags[*].type() != "string")
        && !(exists ($.regions[*] \x3f (!(@.name.type() == "string" && (
            @.box.type() == "array" && @.box.size() == 4 && !(@.box[*].type() != "number")
            || @.points.type() == "array" && @.points.size() >= 3)))))') IS NOT TRUE THEN
        RAISE check_violation USING MESSAGE = pg_catalog.format('what is given for the task %s is no labels', NEW.task_id);
    END IF;
    RETURN NEW;
END $$;
--;
CREATE OR REPLACE TRIGGER require_labels BEFORE INSERT OR UPDATE OF labels ON submission
    FOR EACH ROW EXECUTE FUNCTION require_labels();
CREATE OR REPLACE TRIGGER require_labels BEFORE INSERT OR UPDATE OF labels ON prelabel
    FOR EACH ROW EXECUTE FUNCTION require_labels();
CREATE OR REPLACE TRIGGER require_labels BEFORE INSERT OR UPDATE OF labels ON gold
    FOR EACH ROW EXECUTE FUNCTION require_labels();
--;
CREATE OR REPLACE FUNCTION require_outline() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    is_sound boolean;
BEGIN
    IF current_setting('tui_labeler.copying', true) = 'on' THEN
        IF pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
            RETURN NEW;
        END IF;
    END IF;
    IF TG_TABLE_NAME = 'figure' THEN
        is_sound := jsonb_typeof(NEW.key::jsonb) = 'array';
    ELSIF TG_TABLE_NAME = 'review' THEN
        is_sound := NEW.state IN ('waiting', 'accepted', 'corrected', 'returned');
    ELSIF TG_TABLE_NAME = 'project' THEN
        is_sound := jsonb_typeof(NEW.spec::jsonb) = 'object';
    ELSIF TG_TABLE_NAME = 'export' THEN
        is_sound := jsonb_typeof(NEW.result::jsonb) = 'object';
    ELSIF TG_TABLE_NAME = 'export_recipe' THEN
        is_sound := jsonb_typeof(NEW.recipe::jsonb) = 'object';
    ELSIF TG_TABLE_NAME = 'edit' THEN
        is_sound := jsonb_typeof(NEW.mapping::jsonb) = 'object';
    END IF;
    IF is_sound IS NOT TRUE THEN
        RAISE check_violation USING MESSAGE = format('what is given is no %s that can be read', replace(TG_TABLE_NAME, '_', ' '));
    END IF;
    RETURN NEW;
END $$;
--;
CREATE OR REPLACE TRIGGER require_outline BEFORE INSERT OR UPDATE OF key ON figure FOR EACH ROW EXECUTE FUNCTION require_outline();
CREATE OR REPLACE TRIGGER require_outline BEFORE INSERT OR UPDATE OF state ON review FOR EACH ROW EXECUTE FUNCTION require_outline();
CREATE OR REPLACE TRIGGER require_outline BEFORE INSERT OR UPDATE OF spec ON project FOR EACH ROW EXECUTE FUNCTION require_outline();
CREATE OR REPLACE TRIGGER require_outline BEFORE INSERT OR UPDATE OF result ON export FOR EACH ROW EXECUTE FUNCTION require_outline();
CREATE OR REPLACE TRIGGER require_outline BEFORE INSERT OR UPDATE OF recipe ON export_recipe
    FOR EACH ROW EXECUTE FUNCTION require_outline();
CREATE OR REPLACE TRIGGER require_outline BEFORE INSERT OR UPDATE OF mapping ON edit FOR EACH ROW EXECUTE FUNCTION require_outline();
