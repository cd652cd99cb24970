-- What is compared has a column, and the rest of a row is the domain's value as JSON.
CREATE TABLE IF NOT EXISTS traders (id TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS restrictions (
    trader_id TEXT NOT NULL REFERENCES traders, currency TEXT NOT NULL, PRIMARY KEY (trader_id, currency)
);
CREATE TABLE IF NOT EXISTS ads (
    id INTEGER PRIMARY KEY, maker_id TEXT NOT NULL REFERENCES traders, version INTEGER NOT NULL, value TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS offers (
    id INTEGER PRIMARY KEY,
    ad_id INTEGER NOT NULL REFERENCES ads,
    taker_id TEXT NOT NULL REFERENCES traders,
    value TEXT NOT NULL
);
-- A balance is a text, since no number of SQLite holds all its digits. The desk's own accounts have no owner.
CREATE TABLE IF NOT EXISTS accounts (
    id TEXT PRIMARY KEY, owner_id TEXT REFERENCES traders, balance TEXT NOT NULL,
    CHECK (owner_id IS NULL OR balance NOT LIKE '-%')
);
CREATE TABLE IF NOT EXISTS entries (
    kind TEXT NOT NULL, reference TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (kind, reference)
);
CREATE TABLE IF NOT EXISTS postings (
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts,
    value TEXT NOT NULL,
    FOREIGN KEY (kind, reference) REFERENCES entries
);
CREATE INDEX IF NOT EXISTS postings_of_an_entry ON postings (kind, reference);
-- The keys of these three say that an offer ends once, comes to each version once, and is quarrelled about once.
CREATE TABLE IF NOT EXISTS settlements (
    offer_id INTEGER PRIMARY KEY REFERENCES offers, kind TEXT NOT NULL, entry_kind TEXT, entry_reference TEXT,
    FOREIGN KEY (entry_kind, entry_reference) REFERENCES entries
);
CREATE TABLE IF NOT EXISTS history (
    offer_id INTEGER NOT NULL REFERENCES offers, version INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (offer_id, version)
);
CREATE TABLE IF NOT EXISTS disputes (offer_id INTEGER PRIMARY KEY REFERENCES offers, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS staff_acts (id INTEGER PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notices (
    trader_id TEXT NOT NULL REFERENCES traders,
    number INTEGER NOT NULL,
    offer_id INTEGER NOT NULL REFERENCES offers,
    kind TEXT NOT NULL,
    frame TEXT NOT NULL,
    facts TEXT NOT NULL,
    is_mailed INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (trader_id, number)
);
