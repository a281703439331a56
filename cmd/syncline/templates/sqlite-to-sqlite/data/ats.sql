CREATE TABLE candidates (
  id         INTEGER PRIMARY KEY,
  first_name TEXT,
  last_name  TEXT,
  email      TEXT,
  phone      TEXT,
  rev        INTEGER NOT NULL DEFAULT 1,
  updated_at TIMESTAMP NOT NULL DEFAULT '2026-01-01T00:00:00Z'
);
CREATE INDEX candidates_updated_at ON candidates (updated_at);
INSERT INTO candidates (first_name, last_name, email, phone) VALUES
  ('Ada', 'Lovelace', 'ada@example.com', '+442079460001'),
  ('Grace', 'Hopper', 'grace@example.com', NULL);
