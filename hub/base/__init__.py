"""The ground floor: settings, database, errors, clock, jobs, blobs, mail, languages. Knows no domain."""
