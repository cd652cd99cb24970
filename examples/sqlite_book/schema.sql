-- What is compared has a column, and the rest of a row is the domain's value as JSON.
CREATE TABLE IF NOT EXISTS traders (id TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS restrictions (
    trader_id TEXT NOT NULL REFERENCES traders, currency TEXT NOT NULL, PRIMARY KEY (trader_id, currency)
);
CREATE TABLE IF NOT EXISTS rates (pair TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ads (
    id INTEGER PRIMARY KEY, maker_id TEXT NOT NULL REFERENCES traders, version INTEGER NOT NULL, value TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS offers (
    id INTEGER PRIMARY KEY,
    ad_id INTEGER NOT NULL REFERENCES ads,
    taker_id TEXT NOT NULL REFERENCES traders,
    value TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS chats (offer_id INTEGER PRIMARY KEY REFERENCES offers, value TEXT NOT NULL);
-- A balance is a text, since no number of SQLite holds all its digits. The desk's own accounts have no owner.
CREATE TABLE IF NOT EXISTS accounts (
    id TEXT PRIMARY KEY, owner_id TEXT REFERENCES traders, balance TEXT NOT NULL,
    CHECK (owner_id IS NULL OR balance NOT LIKE '-%')
);
-- An entry's id is its kind and reference.
CREATE TABLE IF NOT EXISTS entries (id TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS postings (
    entry_id TEXT NOT NULL REFERENCES entries, account_id TEXT NOT NULL REFERENCES accounts
);
-- The tables of facts are made of what their classes say: see facts.py.
CREATE TABLE IF NOT EXISTS notices (
    trader_id TEXT NOT NULL REFERENCES traders,
    number INTEGER NOT NULL,
    offer_id INTEGER REFERENCES offers,
    version INTEGER,
    kind TEXT NOT NULL,
    frame TEXT NOT NULL,
    facts TEXT NOT NULL,
    is_mailed INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (trader_id, number)
);
CREATE TABLE IF NOT EXISTS letters (
    id TEXT PRIMARY KEY,
    trader_id TEXT NOT NULL REFERENCES traders,
    kind TEXT NOT NULL,
    facts TEXT NOT NULL,
    created_at TEXT NOT NULL
);
