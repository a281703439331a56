-- What finance holds before the first run. All of it is invented.
CREATE TABLE invoices (
  number         TEXT PRIMARY KEY,
  account_number TEXT NOT NULL,
  cents          INTEGER NOT NULL,
  overdue        INTEGER NOT NULL DEFAULT 0,
  -- What never leaves: the view below has sums, and nothing else.
  remark         TEXT
);

CREATE VIEW billing AS
  SELECT account_number,
         printf('%d.%02d', SUM(cents) / 100, SUM(cents) % 100) AS billed,
         printf('%d.%02d', SUM(cents * overdue) / 100, SUM(cents * overdue) % 100) AS overdue
  FROM invoices GROUP BY account_number;

INSERT INTO invoices (number, account_number, cents, overdue, remark) VALUES
  ('2026-0001', 'C-1001', 1840000, 0, 'NEVER: paid late every time'),
  ('2026-0002', 'C-1001', 1264050, 1, 'NEVER: disputes the hours'),
  ('2026-0003', 'C-1002', 930000, 0, 'NEVER: asked for a discount'),
  ('2026-0004', 'C-1003', 2210075, 1, 'NEVER: about to be sold'),
  ('2026-0005', 'C-1003', 415025, 1, 'NEVER: talks to our competitor'),
  ('2026-0006', 'C-1009', 88000, 0, 'NEVER: an account that sales does not have');
