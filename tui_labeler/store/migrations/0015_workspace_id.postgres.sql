-- Which workspace this is, whatever it is called: see `store/identity.py`.
INSERT INTO memo (key, value) VALUES ('workspace/id', replace(gen_random_uuid()::text, '-', ''))
    ON CONFLICT (key) DO NOTHING;
