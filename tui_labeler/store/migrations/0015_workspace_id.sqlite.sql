-- Which workspace this is, whatever it is called: see `store/identity.py`.
INSERT INTO memo (key, value) VALUES ('workspace/id', lower(hex(randomblob(16)))) ON CONFLICT (key) DO NOTHING;
