CREATE TABLE contacts (
  id         INTEGER PRIMARY KEY,
  first_name TEXT,
  last_name  TEXT,
  email      TEXT,
  phone      TEXT
);
INSERT INTO contacts (first_name, last_name, email, phone) VALUES
  ('Ada', 'Lovelace', 'ADA@example.com', '+442079460001');
