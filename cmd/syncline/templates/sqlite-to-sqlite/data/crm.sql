CREATE TABLE contacts (
  id          INTEGER PRIMARY KEY,
  given_name  TEXT,
  family_name TEXT,
  email       TEXT,
  mobile      TEXT,
  rev         INTEGER NOT NULL DEFAULT 1,
  updated_at  TIMESTAMP NOT NULL DEFAULT '2026-01-01T00:00:00Z'
);
CREATE INDEX contacts_updated_at ON contacts (updated_at);
INSERT INTO contacts (given_name, family_name, email, mobile) VALUES
  ('Ada', 'Lovelace', 'ada@example.com', '+442079460001');
