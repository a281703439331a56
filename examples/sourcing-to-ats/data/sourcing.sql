-- What a sourcing product holds before the first run. All of it is invented.
CREATE TABLE prospects (
  id            INTEGER PRIMARY KEY,
  rev           INTEGER NOT NULL DEFAULT 1,
  updated_at    TIMESTAMP NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  approved      INTEGER NOT NULL DEFAULT 0,
  first_name    TEXT,
  last_name     TEXT,
  email         TEXT,
  phone         TEXT,
  city          TEXT,
  role          TEXT,
  summary       TEXT,
  answers       TEXT,
  -- What never leaves: no field of the configuration names it.
  internal_note TEXT,
  pay_wish      TEXT,
  cv_path       TEXT,
  -- What comes back.
  ats_id        TEXT,
  status        TEXT
);

-- Every edit, whoever makes it, raises the revision.
CREATE TRIGGER prospects_touched AFTER UPDATE ON prospects WHEN NEW.rev = OLD.rev
BEGIN
  UPDATE prospects SET rev = OLD.rev + 1, updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id = NEW.id;
END;

INSERT INTO prospects (id, approved, first_name, last_name, email, phone, city, role, summary, answers, internal_note, pay_wish, cv_path) VALUES
  (1, 1, 'Nadia', 'Brandt', 'nadia.brandt@example.com', '(415) 555-0132', 'San Francisco', 'Backend Engineer', 'Ten years of Go.', 'Remote: yes.', 'NEVER: talked down our last offer', 'NEVER: 190k', 'NEVER/brandt.pdf'),
  (2, 1, 'José', 'García-Márquez', 'jose.garcia@example.com', NULL, 'Nueva York', 'Server Developer', 'Distributed systems; wrote “Queues” (2019).', NULL, 'NEVER: knows the CFO', 'NEVER: 120k', 'NEVER/garcia.pdf'),
  (3, 1, 'Mina', 'Okafor', 'Mina.Okafor@Example.com', '212-555-0143', 'Brooklyn', 'Backend Engineer', 'Met at a meetup.', NULL, 'NEVER: already interviewed elsewhere', NULL, 'NEVER/okafor.pdf'),
  (4, 1, 'Hiro', 'Sato', 'hiro.sato@example.com', '+81 3-1234-5678', 'Tokyo', 'Key Account', 'Sells in three languages.', 'Travel: half of the time.', 'NEVER: on a visa', NULL, 'NEVER/sato.pdf'),
  (5, 0, 'Berta', 'Kowalska', 'berta.kowalska@example.com', '312-555-0111', 'Chicago', 'Data Analyst', 'SQL and patience.', NULL, 'NEVER: wait for the reference', 'NEVER: 95k', 'NEVER/kowalska.pdf'),
  (6, 1, 'Sean', 'O''Neill', 'sean.oneill@example.com', 'ask his agent', 'Dublin', 'Data Analyst', 'Bayes by day.', NULL, 'NEVER: chatty', NULL, 'NEVER/oneill.pdf'),
  (7, 1, 'Lena', 'Vogel', 'lena.vogel@example.com', NULL, 'Berlin', 'Head of Nothing', 'Generalist.', NULL, 'NEVER: no such role', NULL, 'NEVER/vogel.pdf'),
  (8, 1, 'Kim', 'Park', NULL, '646-555-0177', 'Queens', 'Data Analyst', 'Asked by phone.', NULL, 'NEVER: no address', NULL, 'NEVER/park.pdf');
