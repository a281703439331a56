-- What the HRIS holds before the first run. All of it is invented.
CREATE TABLE employees (
  id               INTEGER PRIMARY KEY,
  last_changed     TIMESTAMP NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  first_name       TEXT,
  last_name        TEXT,
  work_email       TEXT UNIQUE,
  home_email       TEXT,
  mobile_phone     TEXT,
  job_title        TEXT,
  department       TEXT,
  location         TEXT,
  hire_date        DATE,
  termination_date DATE,
  status           TEXT NOT NULL DEFAULT 'Inactive',
  ats_application  TEXT,
  pay_rate         TEXT,
  weekly_hours     TEXT
);
INSERT INTO employees (id, first_name, last_name, work_email, home_email, job_title, department, location, hire_date, status, pay_rate, weekly_hours) VALUES
  (1001, 'Ada', 'Admin', 'ada.admin@acme.example', 'ada@example.com', 'Head of IT', 'IT', 'New York', '2019-04-01', 'Active', '150000.00 USD', '40'),
  (1004, 'Femi', 'Adeyemi', 'femi.adeyemi@acme.example', 'femi@example.com', 'Backend Engineer', 'Engineering', 'Berlin', '2021-02-01', 'Active', '98000.00 EUR', '40'),
  (1005, 'Olga', 'Petrova', 'olga.petrova@acme.example', 'olga@example.com', 'Data Analyst', 'Data', 'Berlin', '2022-06-01', 'Active', '70000.00 EUR', '32');
