BEGIN TRANSACTION;
CREATE TABLE accounts (
    owner TEXT NOT NULL,
    currency TEXT NOT NULL,
    purse TEXT NOT NULL,
    balance TEXT NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT accounts_pkey PRIMARY KEY (owner, currency, purse),
    CONSTRAINT accounts_purse_word_check CHECK (purse IN ('main', 'p2p', 'escrow', 'outside', 'fees')),
    CONSTRAINT accounts_owner_purse_check CHECK ((owner = '00000000-0000-0000-0000-000000000000') = (purse IN ('outside', 'fees'))),
    CONSTRAINT accounts_balance_shape_check CHECK (ltrim(balance, '-') GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]' AND (balance NOT LIKE '-%' OR (purse = 'outside' AND balance NOT LIKE '--%')))
) STRICT;
INSERT INTO "accounts" VALUES('00000000-0000-0000-0000-000000000000','usdt','outside','-000000000000000200.00000000000000000000',2);
INSERT INTO "accounts" VALUES('00000000-0000-4000-8000-000000000001','usdt','p2p','000000000000000060.00000000000000000000',3);
INSERT INTO "accounts" VALUES('00000000-0000-4000-8000-000000000002','usdt','p2p','000000000000000100.00000000000000000000',3);
INSERT INTO "accounts" VALUES('00000000-0000-4000-8000-000000000001','usdt','main','000000000000000030.00000000000000000000',1);
INSERT INTO "accounts" VALUES('00000000-0000-4000-8000-000000000001','usdt','escrow','000000000000000008.00000000000000000000',2);
INSERT INTO "accounts" VALUES('00000000-0000-4000-8000-000000000002','usdt','escrow','000000000000000002.00000000000000000000',1);
CREATE TABLE ads (
    id INTEGER NOT NULL,
    maker_id TEXT NOT NULL,
    ad_type TEXT NOT NULL,
    crypto_currency TEXT NOT NULL,
    crypto_decimals INTEGER NOT NULL,
    fiat_currency TEXT NOT NULL,
    fiat_decimals INTEGER NOT NULL,
    payment_method TEXT NOT NULL,
    price_per_unit TEXT NOT NULL,
    crypto_amount TEXT NOT NULL,
    min_limit TEXT NOT NULL,
    max_limit TEXT NOT NULL,
    start_date TEXT NOT NULL,
    end_date TEXT,
    time_to_pay INTEGER NOT NULL,
    auto_reply_message TEXT NOT NULL,
    terms_of_trade TEXT NOT NULL,
    additional_information TEXT NOT NULL,
    bank_account_name TEXT NOT NULL,
    bank_account_number TEXT NOT NULL,
    bank_name TEXT NOT NULL,
    payment_details TEXT NOT NULL,
    created_at TEXT NOT NULL,
    status TEXT NOT NULL,
    available TEXT NOT NULL,
    reserved TEXT NOT NULL,
    sold TEXT NOT NULL,
    withdrawn TEXT NOT NULL,
    trade_started_at TEXT,
    trade_completed_at TEXT,
    version INTEGER NOT NULL,
    CONSTRAINT ads_pkey PRIMARY KEY (id),
    CONSTRAINT ads_ad_type_word_check CHECK (ad_type IN ('sell', 'buy')),
    CONSTRAINT ads_status_word_check CHECK (status IN ('pending', 'paused', 'completed', 'closed', 'expired')),
    CONSTRAINT ads_price_per_unit_shape_check CHECK (price_per_unit GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'),
    CONSTRAINT ads_crypto_amount_shape_check CHECK (crypto_amount GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'),
    CONSTRAINT ads_min_limit_shape_check CHECK (min_limit GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'),
    CONSTRAINT ads_max_limit_shape_check CHECK (max_limit GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'),
    CONSTRAINT ads_available_shape_check CHECK (available GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'),
    CONSTRAINT ads_reserved_shape_check CHECK (reserved GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'),
    CONSTRAINT ads_sold_shape_check CHECK (sold GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'),
    CONSTRAINT ads_withdrawn_shape_check CHECK (withdrawn GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'),
    CONSTRAINT ads_maker_id_fkey FOREIGN KEY(maker_id) REFERENCES traders (id)
) STRICT;
INSERT INTO "ads" VALUES(1,'00000000-0000-4000-8000-000000000001','sell','usdt',6,'usd',2,'bank_transfer','000000000000000002.00000000000000000000','000000000000000010.00000000000000000000','000000000000000000.01000000000000000000','000000000000000020.00000000000000000000','2026-03-02',NULL,30,'Welcome.','','','','','','','2026-03-02T12:00:00.123456+00:00','pending','000000000000000006.00000000000000000000','000000000000000002.00000000000000000000','000000000000000002.00000000000000000000','000000000000000000.00000000000000000000','2026-03-02T12:00:00.123456+00:00',NULL,7);
INSERT INTO "ads" VALUES(2,'00000000-0000-4000-8000-000000000001','buy','usdt',6,'usd',2,'bank_transfer','000000000000000002.00000000000000000000','000000000000000010.00000000000000000000','000000000000000000.01000000000000000000','000000000000000020.00000000000000000000','2026-03-02',NULL,30,'','','','','','','','2026-03-02T12:00:00.123456+00:00','pending','000000000000000008.00000000000000000000','000000000000000002.00000000000000000000','000000000000000000.00000000000000000000','000000000000000000.00000000000000000000','2026-03-02T12:00:00.123456+00:00',NULL,2);
INSERT INTO "ads" VALUES(3,'00000000-0000-4000-8000-000000000001','buy','usdt',6,'usd',2,'bank_transfer','000000000000000002.00000000000000000000','000000000000000010.00000000000000000000','000000000000000000.01000000000000000000','000000000000000020.00000000000000000000','2026-03-02',NULL,30,'','','','','','','','2026-03-02T12:00:00.123456+00:00','closed','000000000000000000.00000000000000000000','000000000000000000.00000000000000000000','000000000000000000.00000000000000000000','000000000000000010.00000000000000000000',NULL,NULL,2);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('first');
CREATE TABLE audit_trail (
    id INTEGER NOT NULL,
    "by" TEXT,
    at TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    note TEXT NOT NULL,
    CONSTRAINT audit_trail_pkey PRIMARY KEY (id),
    CONSTRAINT audit_trail_by_fkey FOREIGN KEY("by") REFERENCES traders (id)
) STRICT;
CREATE TABLE disputes (
    offer_id INTEGER NOT NULL,
    opened_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    resolved_by TEXT,
    in_favour_of TEXT,
    note TEXT NOT NULL,
    resolved_at TEXT,
    CONSTRAINT disputes_pkey PRIMARY KEY (offer_id),
    CONSTRAINT disputes_offer_id_fkey FOREIGN KEY(offer_id) REFERENCES offers (id),
    CONSTRAINT disputes_opened_by_fkey FOREIGN KEY(opened_by) REFERENCES traders (id),
    CONSTRAINT disputes_resolved_by_fkey FOREIGN KEY(resolved_by) REFERENCES traders (id)
) STRICT;
INSERT INTO "disputes" VALUES(3,'00000000-0000-4000-8000-000000000001','The money never came.','2026-03-02T12:00:00.123456+00:00',NULL,NULL,'',NULL);
CREATE TABLE entries (
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    at TEXT NOT NULL,
    CONSTRAINT entries_pkey PRIMARY KEY (id),
    CONSTRAINT entries_kind_reference_key UNIQUE (kind, reference)
) STRICT;
INSERT INTO "entries" VALUES(1,'deposit','deposit 6d779386-6888-4b2d-89b2-a7611ad4944a','2026-03-02T12:00:00.123456+00:00');
INSERT INTO "entries" VALUES(2,'deposit','deposit 009537e8-7124-4512-bb3b-8f7b67331211','2026-03-02T12:00:00.123456+00:00');
INSERT INTO "entries" VALUES(3,'transfer','transfer:88a41c09-d96d-456d-8fa1-e7c2aba4e88d','2026-03-02T12:00:00.123456+00:00');
INSERT INTO "entries" VALUES(4,'ad_escrow','ad:1','2026-03-02T12:00:00.123456+00:00');
INSERT INTO "entries" VALUES(5,'release','offer:1','2026-03-02T12:00:00.123456+00:00');
INSERT INTO "entries" VALUES(6,'offer_escrow','offer:5','2026-03-02T12:00:00.123456+00:00');
CREATE TABLE idempotency_keys (
    trader_id TEXT NOT NULL,
    "key" TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    location TEXT,
    created_at TEXT NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (trader_id, "key"),
    CONSTRAINT idempotency_keys_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id)
) STRICT;
CREATE TABLE letters (
    id INTEGER NOT NULL,
    trader_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at TEXT NOT NULL,
    claim TEXT,
    last_error TEXT,
    sent_at TEXT,
    CONSTRAINT letters_pkey PRIMARY KEY (id),
    CONSTRAINT letters_trader_id_number_fkey FOREIGN KEY(trader_id, number) REFERENCES notices (trader_id, number),
    CONSTRAINT letters_trader_id_number_key UNIQUE (trader_id, number),
    CONSTRAINT letters_state_word_check CHECK (state IN ('queued', 'sending', 'sent', 'parked')),
    CONSTRAINT letters_message_id_key UNIQUE (message_id)
) STRICT;
INSERT INTO "letters" VALUES(1,'00000000-0000-4000-8000-000000000001',1,'<notice.1.00000000-0000-4000-8000-000000000001@desk.example>','queued',0,'2026-03-02T12:00:00.123456+00:00',NULL,NULL,NULL);
INSERT INTO "letters" VALUES(2,'00000000-0000-4000-8000-000000000002',1,'<notice.1.00000000-0000-4000-8000-000000000002@desk.example>','queued',0,'2026-03-02T12:00:00.123456+00:00',NULL,NULL,NULL);
INSERT INTO "letters" VALUES(3,'00000000-0000-4000-8000-000000000001',2,'<notice.2.00000000-0000-4000-8000-000000000001@desk.example>','queued',0,'2026-03-02T12:00:00.123456+00:00',NULL,NULL,NULL);
INSERT INTO "letters" VALUES(4,'00000000-0000-4000-8000-000000000002',2,'<notice.2.00000000-0000-4000-8000-000000000002@desk.example>','queued',0,'2026-03-02T12:00:00.123456+00:00',NULL,NULL,NULL);
INSERT INTO "letters" VALUES(5,'00000000-0000-4000-8000-000000000001',3,'<notice.3.00000000-0000-4000-8000-000000000001@desk.example>','queued',0,'2026-03-02T12:00:00.123456+00:00',NULL,NULL,NULL);
INSERT INTO "letters" VALUES(6,'00000000-0000-4000-8000-000000000002',3,'<notice.3.00000000-0000-4000-8000-000000000002@desk.example>','queued',0,'2026-03-02T12:00:00.123456+00:00',NULL,NULL,NULL);
INSERT INTO "letters" VALUES(7,'00000000-0000-4000-8000-000000000001',4,'<notice.4.00000000-0000-4000-8000-000000000001@desk.example>','queued',0,'2026-03-02T12:00:00.123456+00:00',NULL,NULL,NULL);
INSERT INTO "letters" VALUES(8,'00000000-0000-4000-8000-000000000002',4,'<notice.4.00000000-0000-4000-8000-000000000002@desk.example>','queued',0,'2026-03-02T12:00:00.123456+00:00',NULL,NULL,NULL);
INSERT INTO "letters" VALUES(9,'00000000-0000-4000-8000-000000000001',5,'<notice.5.00000000-0000-4000-8000-000000000001@desk.example>','queued',0,'2026-03-02T12:00:00.123456+00:00',NULL,NULL,NULL);
INSERT INTO "letters" VALUES(10,'00000000-0000-4000-8000-000000000002',5,'<notice.5.00000000-0000-4000-8000-000000000002@desk.example>','queued',0,'2026-03-02T12:00:00.123456+00:00',NULL,NULL,NULL);
INSERT INTO "letters" VALUES(11,'00000000-0000-4000-8000-000000000001',6,'<notice.6.00000000-0000-4000-8000-000000000001@desk.example>','queued',0,'2026-03-02T12:00:00.123456+00:00',NULL,NULL,NULL);
INSERT INTO "letters" VALUES(12,'00000000-0000-4000-8000-000000000001',7,'<notice.7.00000000-0000-4000-8000-000000000001@desk.example>','queued',0,'2026-03-02T12:00:00.123456+00:00',NULL,NULL,NULL);
INSERT INTO "letters" VALUES(13,'00000000-0000-4000-8000-000000000001',8,'<notice.8.00000000-0000-4000-8000-000000000001@desk.example>','queued',0,'2026-03-02T12:00:00.123456+00:00',NULL,NULL,NULL);
INSERT INTO "letters" VALUES(14,'00000000-0000-4000-8000-000000000002',6,'<notice.6.00000000-0000-4000-8000-000000000002@desk.example>','queued',0,'2026-03-02T12:00:00.123456+00:00',NULL,NULL,NULL);
INSERT INTO "letters" VALUES(15,'00000000-0000-4000-8000-000000000001',9,'<notice.9.00000000-0000-4000-8000-000000000001@desk.example>','queued',0,'2026-03-02T12:00:00.123456+00:00',NULL,NULL,NULL);
CREATE TABLE logins (
    id TEXT NOT NULL,
    trader_id TEXT NOT NULL,
    refresh_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    CONSTRAINT logins_pkey PRIMARY KEY (id),
    CONSTRAINT logins_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id)
) STRICT;
CREATE TABLE notice_counters (
    trader_id TEXT NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT notice_counters_pkey PRIMARY KEY (trader_id),
    CONSTRAINT notice_counters_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id)
) STRICT;
INSERT INTO "notice_counters" VALUES('00000000-0000-4000-8000-000000000001',9);
INSERT INTO "notice_counters" VALUES('00000000-0000-4000-8000-000000000002',6);
INSERT INTO "notice_counters" VALUES('00000000-0000-4000-8000-000000000003',0);
CREATE TABLE notices (
    trader_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    offer_id INTEGER NOT NULL,
    offer_version INTEGER NOT NULL,
    frame TEXT NOT NULL,
    facts TEXT NOT NULL,
    is_mailed INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    CONSTRAINT notices_pkey PRIMARY KEY (trader_id, number),
    CONSTRAINT notices_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id),
    CONSTRAINT notices_offer_id_fkey FOREIGN KEY(offer_id) REFERENCES offers (id)
) STRICT;
INSERT INTO "notices" VALUES('00000000-0000-4000-8000-000000000001',1,'ad_interest',1,1,'{"message": "You have an interested buyer on your p2p ad", "type": "ad_interest", "ad_id": 1, "offer_id": 1}','{"offer_id": 1, "ad_id": 1, "ad_type": "sell", "ad_is_live": true, "maker": "Trader 0", "taker": "Trader 1", "buyer": "Trader 1", "seller": "Trader 0", "crypto_currency": "usdt", "currency_amount": "2", "fiat_currency": "usd", "fiat_amount": "4.00", "price_per_unit": "2.00", "payment_method": "bank_transfer", "auto_reply_message": "Welcome.", "bank_account_name": "Amara Obi", "bank_account_number": "******6789", "bank_name": "First Bank", "deadline": "2026-03-02T12:30+00:00", "state": "pending", "dispute_opened_by": null, "dispute_reason": null, "dispute_note": null, "in_favour_of": null}',1,'2026-03-02T12:00:00.123456+00:00');
INSERT INTO "notices" VALUES('00000000-0000-4000-8000-000000000002',1,'auto_reply',1,1,'{"message": "Welcome.", "type": "auto_reply", "ad_id": 1, "offer_id": 1}','{"offer_id": 1, "ad_id": 1, "ad_type": "sell", "ad_is_live": true, "maker": "Trader 0", "taker": "Trader 1", "buyer": "Trader 1", "seller": "Trader 0", "crypto_currency": "usdt", "currency_amount": "2", "fiat_currency": "usd", "fiat_amount": "4.00", "price_per_unit": "2.00", "payment_method": "bank_transfer", "auto_reply_message": "Welcome.", "bank_account_name": "Amara Obi", "bank_account_number": "******6789", "bank_name": "First Bank", "deadline": "2026-03-02T12:30+00:00", "state": "pending", "dispute_opened_by": null, "dispute_reason": null, "dispute_note": null, "in_favour_of": null}',1,'2026-03-02T12:00:00.123456+00:00');
INSERT INTO "notices" VALUES('00000000-0000-4000-8000-000000000001',2,'ad_interest',2,1,'{"message": "You have an interested buyer on your p2p ad", "type": "ad_interest", "ad_id": 1, "offer_id": 2}','{"offer_id": 2, "ad_id": 1, "ad_type": "sell", "ad_is_live": true, "maker": "Trader 0", "taker": "Trader 1", "buyer": "Trader 1", "seller": "Trader 0", "crypto_currency": "usdt", "currency_amount": "1", "fiat_currency": "usd", "fiat_amount": "2.00", "price_per_unit": "2.00", "payment_method": "bank_transfer", "auto_reply_message": "Welcome.", "bank_account_name": "Amara Obi", "bank_account_number": "******6789", "bank_name": "First Bank", "deadline": "2026-03-02T12:30+00:00", "state": "pending", "dispute_opened_by": null, "dispute_reason": null, "dispute_note": null, "in_favour_of": null}',1,'2026-03-02T12:00:00.123456+00:00');
INSERT INTO "notices" VALUES('00000000-0000-4000-8000-000000000002',2,'auto_reply',2,1,'{"message": "Welcome.", "type": "auto_reply", "ad_id": 1, "offer_id": 2}','{"offer_id": 2, "ad_id": 1, "ad_type": "sell", "ad_is_live": true, "maker": "Trader 0", "taker": "Trader 1", "buyer": "Trader 1", "seller": "Trader 0", "crypto_currency": "usdt", "currency_amount": "1", "fiat_currency": "usd", "fiat_amount": "2.00", "price_per_unit": "2.00", "payment_method": "bank_transfer", "auto_reply_message": "Welcome.", "bank_account_name": "Amara Obi", "bank_account_number": "******6789", "bank_name": "First Bank", "deadline": "2026-03-02T12:30+00:00", "state": "pending", "dispute_opened_by": null, "dispute_reason": null, "dispute_note": null, "in_favour_of": null}',1,'2026-03-02T12:00:00.123456+00:00');
INSERT INTO "notices" VALUES('00000000-0000-4000-8000-000000000001',3,'ad_interest',3,1,'{"message": "You have an interested buyer on your p2p ad", "type": "ad_interest", "ad_id": 1, "offer_id": 3}','{"offer_id": 3, "ad_id": 1, "ad_type": "sell", "ad_is_live": true, "maker": "Trader 0", "taker": "Trader 1", "buyer": "Trader 1", "seller": "Trader 0", "crypto_currency": "usdt", "currency_amount": "1", "fiat_currency": "usd", "fiat_amount": "2.00", "price_per_unit": "2.00", "payment_method": "bank_transfer", "auto_reply_message": "Welcome.", "bank_account_name": "Amara Obi", "bank_account_number": "******6789", "bank_name": "First Bank", "deadline": "2026-03-02T12:30+00:00", "state": "pending", "dispute_opened_by": null, "dispute_reason": null, "dispute_note": null, "in_favour_of": null}',1,'2026-03-02T12:00:00.123456+00:00');
INSERT INTO "notices" VALUES('00000000-0000-4000-8000-000000000002',3,'auto_reply',3,1,'{"message": "Welcome.", "type": "auto_reply", "ad_id": 1, "offer_id": 3}','{"offer_id": 3, "ad_id": 1, "ad_type": "sell", "ad_is_live": true, "maker": "Trader 0", "taker": "Trader 1", "buyer": "Trader 1", "seller": "Trader 0", "crypto_currency": "usdt", "currency_amount": "1", "fiat_currency": "usd", "fiat_amount": "2.00", "price_per_unit": "2.00", "payment_method": "bank_transfer", "auto_reply_message": "Welcome.", "bank_account_name": "Amara Obi", "bank_account_number": "******6789", "bank_name": "First Bank", "deadline": "2026-03-02T12:30+00:00", "state": "pending", "dispute_opened_by": null, "dispute_reason": null, "dispute_note": null, "in_favour_of": null}',1,'2026-03-02T12:00:00.123456+00:00');
INSERT INTO "notices" VALUES('00000000-0000-4000-8000-000000000001',4,'ad_interest',4,1,'{"message": "You have an interested buyer on your p2p ad", "type": "ad_interest", "ad_id": 1, "offer_id": 4}','{"offer_id": 4, "ad_id": 1, "ad_type": "sell", "ad_is_live": true, "maker": "Trader 0", "taker": "Trader 1", "buyer": "Trader 1", "seller": "Trader 0", "crypto_currency": "usdt", "currency_amount": "1", "fiat_currency": "usd", "fiat_amount": "2.00", "price_per_unit": "2.00", "payment_method": "bank_transfer", "auto_reply_message": "Welcome.", "bank_account_name": "Amara Obi", "bank_account_number": "******6789", "bank_name": "First Bank", "deadline": "2026-03-02T12:30+00:00", "state": "pending", "dispute_opened_by": null, "dispute_reason": null, "dispute_note": null, "in_favour_of": null}',1,'2026-03-02T12:00:00.123456+00:00');
INSERT INTO "notices" VALUES('00000000-0000-4000-8000-000000000002',4,'auto_reply',4,1,'{"message": "Welcome.", "type": "auto_reply", "ad_id": 1, "offer_id": 4}','{"offer_id": 4, "ad_id": 1, "ad_type": "sell", "ad_is_live": true, "maker": "Trader 0", "taker": "Trader 1", "buyer": "Trader 1", "seller": "Trader 0", "crypto_currency": "usdt", "currency_amount": "1", "fiat_currency": "usd", "fiat_amount": "2.00", "price_per_unit": "2.00", "payment_method": "bank_transfer", "auto_reply_message": "Welcome.", "bank_account_name": "Amara Obi", "bank_account_number": "******6789", "bank_name": "First Bank", "deadline": "2026-03-02T12:30+00:00", "state": "pending", "dispute_opened_by": null, "dispute_reason": null, "dispute_note": null, "in_favour_of": null}',1,'2026-03-02T12:00:00.123456+00:00');
INSERT INTO "notices" VALUES('00000000-0000-4000-8000-000000000001',5,'payment_indication',1,2,'{"message": "Trader 1 has claimed to have made payment regarding your P2P advertisement.", "type": "payment_indication", "offer_id": 1}','{"offer_id": 1, "ad_id": 1, "ad_type": "sell", "ad_is_live": true, "maker": "Trader 0", "taker": "Trader 1", "buyer": "Trader 1", "seller": "Trader 0", "crypto_currency": "usdt", "currency_amount": "2", "fiat_currency": "usd", "fiat_amount": "4.00", "price_per_unit": "2.00", "payment_method": "bank_transfer", "auto_reply_message": "Welcome.", "bank_account_name": "Amara Obi", "bank_account_number": "******6789", "bank_name": "First Bank", "deadline": "2026-03-02T12:30+00:00", "state": "paid", "dispute_opened_by": null, "dispute_reason": null, "dispute_note": null, "in_favour_of": null}',1,'2026-03-02T12:00:00.123456+00:00');
INSERT INTO "notices" VALUES('00000000-0000-4000-8000-000000000002',5,'funds_released',1,3,'{"message": "Funds have been released", "type": "funds_released", "amount": 2.0, "crypto_currency": "usdt"}','{"offer_id": 1, "ad_id": 1, "ad_type": "sell", "ad_is_live": true, "maker": "Trader 0", "taker": "Trader 1", "buyer": "Trader 1", "seller": "Trader 0", "crypto_currency": "usdt", "currency_amount": "2", "fiat_currency": "usd", "fiat_amount": "4.00", "price_per_unit": "2.00", "payment_method": "bank_transfer", "auto_reply_message": "Welcome.", "bank_account_name": "Amara Obi", "bank_account_number": "******6789", "bank_name": "First Bank", "deadline": "2026-03-02T12:30+00:00", "state": "completed", "dispute_opened_by": null, "dispute_reason": null, "dispute_note": null, "in_favour_of": null}',1,'2026-03-02T12:00:00.123456+00:00');
INSERT INTO "notices" VALUES('00000000-0000-4000-8000-000000000001',6,'offer_cancel',2,2,'{"message": "Trader 1 has cancelled their offer regarding your P2P advertisement.", "type": "offer_cancel", "offer_id": 2}','{"offer_id": 2, "ad_id": 1, "ad_type": "sell", "ad_is_live": true, "maker": "Trader 0", "taker": "Trader 1", "buyer": "Trader 1", "seller": "Trader 0", "crypto_currency": "usdt", "currency_amount": "1", "fiat_currency": "usd", "fiat_amount": "2.00", "price_per_unit": "2.00", "payment_method": "bank_transfer", "auto_reply_message": "Welcome.", "bank_account_name": "Amara Obi", "bank_account_number": "******6789", "bank_name": "First Bank", "deadline": "2026-03-02T12:30+00:00", "state": "cancelled", "dispute_opened_by": null, "dispute_reason": null, "dispute_note": null, "in_favour_of": null}',1,'2026-03-02T12:00:00.123456+00:00');
INSERT INTO "notices" VALUES('00000000-0000-4000-8000-000000000001',7,'payment_indication',3,2,'{"message": "Trader 1 has claimed to have made payment regarding your P2P advertisement.", "type": "payment_indication", "offer_id": 3}','{"offer_id": 3, "ad_id": 1, "ad_type": "sell", "ad_is_live": true, "maker": "Trader 0", "taker": "Trader 1", "buyer": "Trader 1", "seller": "Trader 0", "crypto_currency": "usdt", "currency_amount": "1", "fiat_currency": "usd", "fiat_amount": "2.00", "price_per_unit": "2.00", "payment_method": "bank_transfer", "auto_reply_message": "Welcome.", "bank_account_name": "Amara Obi", "bank_account_number": "******6789", "bank_name": "First Bank", "deadline": "2026-03-02T12:30+00:00", "state": "paid", "dispute_opened_by": null, "dispute_reason": null, "dispute_note": null, "in_favour_of": null}',1,'2026-03-02T12:00:00.123456+00:00');
INSERT INTO "notices" VALUES('00000000-0000-4000-8000-000000000001',8,'offer_disputed',3,3,'{"message": "Trader 0 has opened a dispute on this offer.", "type": "offer_disputed", "offer_id": 3}','{"offer_id": 3, "ad_id": 1, "ad_type": "sell", "ad_is_live": true, "maker": "Trader 0", "taker": "Trader 1", "buyer": "Trader 1", "seller": "Trader 0", "crypto_currency": "usdt", "currency_amount": "1", "fiat_currency": "usd", "fiat_amount": "2.00", "price_per_unit": "2.00", "payment_method": "bank_transfer", "auto_reply_message": "Welcome.", "bank_account_name": "Amara Obi", "bank_account_number": "******6789", "bank_name": "First Bank", "deadline": "2026-03-02T12:30+00:00", "state": "disputed", "dispute_opened_by": "Trader 0", "dispute_reason": "The money never came.", "dispute_note": "", "in_favour_of": null}',1,'2026-03-02T12:00:00.123456+00:00');
INSERT INTO "notices" VALUES('00000000-0000-4000-8000-000000000002',6,'offer_disputed',3,3,'{"message": "Trader 0 has opened a dispute on this offer.", "type": "offer_disputed", "offer_id": 3}','{"offer_id": 3, "ad_id": 1, "ad_type": "sell", "ad_is_live": true, "maker": "Trader 0", "taker": "Trader 1", "buyer": "Trader 1", "seller": "Trader 0", "crypto_currency": "usdt", "currency_amount": "1", "fiat_currency": "usd", "fiat_amount": "2.00", "price_per_unit": "2.00", "payment_method": "bank_transfer", "auto_reply_message": "Welcome.", "bank_account_name": "Amara Obi", "bank_account_number": "******6789", "bank_name": "First Bank", "deadline": "2026-03-02T12:30+00:00", "state": "disputed", "dispute_opened_by": "Trader 0", "dispute_reason": "The money never came.", "dispute_note": "", "in_favour_of": null}',1,'2026-03-02T12:00:00.123456+00:00');
INSERT INTO "notices" VALUES('00000000-0000-4000-8000-000000000001',9,'ad_interest',5,1,'{"message": "You have an interested seller on your p2p ad", "type": "ad_interest", "ad_id": 2, "offer_id": 5}','{"offer_id": 5, "ad_id": 2, "ad_type": "buy", "ad_is_live": true, "maker": "Trader 0", "taker": "Trader 1", "buyer": "Trader 0", "seller": "Trader 1", "crypto_currency": "usdt", "currency_amount": "2", "fiat_currency": "usd", "fiat_amount": "4.00", "price_per_unit": "2.00", "payment_method": "bank_transfer", "auto_reply_message": "", "bank_account_name": "Amara Obi", "bank_account_number": "******6789", "bank_name": "First Bank", "deadline": "2026-03-02T12:30+00:00", "state": "pending", "dispute_opened_by": null, "dispute_reason": null, "dispute_note": null, "in_favour_of": null}',1,'2026-03-02T12:00:00.123456+00:00');
CREATE TABLE offer_history (
    offer_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    at TEXT NOT NULL,
    "by" TEXT,
    CONSTRAINT offer_history_pkey PRIMARY KEY (offer_id, version),
    CONSTRAINT offer_history_offer_id_fkey FOREIGN KEY(offer_id) REFERENCES offers (id)
) STRICT;
INSERT INTO "offer_history" VALUES(1,1,'made','pending','2026-03-02T12:00:00.123456+00:00','00000000-0000-4000-8000-000000000002');
INSERT INTO "offer_history" VALUES(2,1,'made','pending','2026-03-02T12:00:00.123456+00:00','00000000-0000-4000-8000-000000000002');
INSERT INTO "offer_history" VALUES(3,1,'made','pending','2026-03-02T12:00:00.123456+00:00','00000000-0000-4000-8000-000000000002');
INSERT INTO "offer_history" VALUES(4,1,'made','pending','2026-03-02T12:00:00.123456+00:00','00000000-0000-4000-8000-000000000002');
INSERT INTO "offer_history" VALUES(1,2,'paid','paid','2026-03-02T12:00:00.123456+00:00','00000000-0000-4000-8000-000000000002');
INSERT INTO "offer_history" VALUES(1,3,'released','completed','2026-03-02T12:00:00.123456+00:00','00000000-0000-4000-8000-000000000001');
INSERT INTO "offer_history" VALUES(2,2,'cancelled','cancelled','2026-03-02T12:00:00.123456+00:00','00000000-0000-4000-8000-000000000002');
INSERT INTO "offer_history" VALUES(3,2,'paid','paid','2026-03-02T12:00:00.123456+00:00','00000000-0000-4000-8000-000000000002');
INSERT INTO "offer_history" VALUES(3,3,'disputed','disputed','2026-03-02T12:00:00.123456+00:00','00000000-0000-4000-8000-000000000001');
INSERT INTO "offer_history" VALUES(5,1,'made','pending','2026-03-02T12:00:00.123456+00:00','00000000-0000-4000-8000-000000000002');
CREATE TABLE offers (
    id INTEGER NOT NULL,
    ad_id INTEGER NOT NULL,
    taker_id TEXT NOT NULL,
    currency_amount TEXT NOT NULL,
    fiat_amount TEXT NOT NULL,
    bank_account_name TEXT NOT NULL,
    bank_account_number TEXT NOT NULL,
    bank_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    deadline TEXT NOT NULL,
    state TEXT NOT NULL,
    paid_at TEXT,
    ended_at TEXT,
    version INTEGER NOT NULL,
    CONSTRAINT offers_pkey PRIMARY KEY (id),
    CONSTRAINT offers_state_word_check CHECK (state IN ('pending', 'paid', 'disputed', 'completed', 'cancelled', 'expired')),
    CONSTRAINT offers_currency_amount_shape_check CHECK (currency_amount GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'),
    CONSTRAINT offers_fiat_amount_shape_check CHECK (fiat_amount GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'),
    CONSTRAINT offers_ad_id_fkey FOREIGN KEY(ad_id) REFERENCES ads (id),
    CONSTRAINT offers_taker_id_fkey FOREIGN KEY(taker_id) REFERENCES traders (id)
) STRICT;
INSERT INTO "offers" VALUES(1,1,'00000000-0000-4000-8000-000000000002','000000000000000002.00000000000000000000','000000000000000004.00000000000000000000','Amara Obi','0123456789','First Bank','2026-03-02T12:00:00.123456+00:00','2026-03-02T12:30:00.123456+00:00','completed','2026-03-02T12:00:00.123456+00:00','2026-03-02T12:00:00.123456+00:00',3);
INSERT INTO "offers" VALUES(2,1,'00000000-0000-4000-8000-000000000002','000000000000000001.00000000000000000000','000000000000000002.00000000000000000000','Amara Obi','0123456789','First Bank','2026-03-02T12:00:00.123456+00:00','2026-03-02T12:30:00.123456+00:00','cancelled',NULL,'2026-03-02T12:00:00.123456+00:00',2);
INSERT INTO "offers" VALUES(3,1,'00000000-0000-4000-8000-000000000002','000000000000000001.00000000000000000000','000000000000000002.00000000000000000000','Amara Obi','0123456789','First Bank','2026-03-02T12:00:00.123456+00:00','2026-03-02T12:30:00.123456+00:00','disputed','2026-03-02T12:00:00.123456+00:00',NULL,3);
INSERT INTO "offers" VALUES(4,1,'00000000-0000-4000-8000-000000000002','000000000000000001.00000000000000000000','000000000000000002.00000000000000000000','Amara Obi','0123456789','First Bank','2026-03-02T12:00:00.123456+00:00','2026-03-02T12:30:00.123456+00:00','pending',NULL,NULL,1);
INSERT INTO "offers" VALUES(5,2,'00000000-0000-4000-8000-000000000002','000000000000000002.00000000000000000000','000000000000000004.00000000000000000000','Amara Obi','0123456789','First Bank','2026-03-02T12:00:00.123456+00:00','2026-03-02T12:30:00.123456+00:00','pending',NULL,NULL,1);
CREATE TABLE postings (
    entry_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    owner TEXT NOT NULL,
    currency TEXT NOT NULL,
    purse TEXT NOT NULL,
    side TEXT NOT NULL,
    amount TEXT NOT NULL,
    CONSTRAINT postings_pkey PRIMARY KEY (entry_id, line),
    CONSTRAINT postings_owner_currency_purse_fkey FOREIGN KEY(owner, currency, purse) REFERENCES accounts (owner, currency, purse),
    CONSTRAINT postings_side_word_check CHECK (side IN ('debit', 'credit')),
    CONSTRAINT postings_amount_shape_check CHECK (amount GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'),
    CONSTRAINT postings_amount_above_zero_check CHECK (amount > '000000000000000000.00000000000000000000'),
    CONSTRAINT postings_entry_id_fkey FOREIGN KEY(entry_id) REFERENCES entries (id)
) STRICT;
INSERT INTO "postings" VALUES(1,1,'00000000-0000-0000-0000-000000000000','usdt','outside','debit','000000000000000100.00000000000000000000');
INSERT INTO "postings" VALUES(1,2,'00000000-0000-4000-8000-000000000001','usdt','p2p','credit','000000000000000100.00000000000000000000');
INSERT INTO "postings" VALUES(2,1,'00000000-0000-0000-0000-000000000000','usdt','outside','debit','000000000000000100.00000000000000000000');
INSERT INTO "postings" VALUES(2,2,'00000000-0000-4000-8000-000000000002','usdt','p2p','credit','000000000000000100.00000000000000000000');
INSERT INTO "postings" VALUES(3,1,'00000000-0000-4000-8000-000000000001','usdt','p2p','debit','000000000000000030.00000000000000000000');
INSERT INTO "postings" VALUES(3,2,'00000000-0000-4000-8000-000000000001','usdt','main','credit','000000000000000030.00000000000000000000');
INSERT INTO "postings" VALUES(4,1,'00000000-0000-4000-8000-000000000001','usdt','p2p','debit','000000000000000010.00000000000000000000');
INSERT INTO "postings" VALUES(4,2,'00000000-0000-4000-8000-000000000001','usdt','escrow','credit','000000000000000010.00000000000000000000');
INSERT INTO "postings" VALUES(5,1,'00000000-0000-4000-8000-000000000001','usdt','escrow','debit','000000000000000002.00000000000000000000');
INSERT INTO "postings" VALUES(5,2,'00000000-0000-4000-8000-000000000002','usdt','p2p','credit','000000000000000002.00000000000000000000');
INSERT INTO "postings" VALUES(6,1,'00000000-0000-4000-8000-000000000002','usdt','p2p','debit','000000000000000002.00000000000000000000');
INSERT INTO "postings" VALUES(6,2,'00000000-0000-4000-8000-000000000002','usdt','escrow','credit','000000000000000002.00000000000000000000');
CREATE TABLE restrictions (
    trader_id TEXT NOT NULL,
    crypto_currency TEXT NOT NULL,
    at TEXT NOT NULL,
    CONSTRAINT restrictions_pkey PRIMARY KEY (trader_id, crypto_currency),
    CONSTRAINT restrictions_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id)
) STRICT;
CREATE TABLE settlements (
    offer_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    entry_id INTEGER,
    CONSTRAINT settlements_pkey PRIMARY KEY (offer_id),
    CONSTRAINT settlements_kind_word_check CHECK (kind IN ('released', 'awarded_to_buyer', 'cancelled', 'expired', 'awarded_to_seller')),
    CONSTRAINT settlements_offer_id_fkey FOREIGN KEY(offer_id) REFERENCES offers (id),
    CONSTRAINT settlements_entry_id_key UNIQUE (entry_id),
    CONSTRAINT settlements_entry_id_fkey FOREIGN KEY(entry_id) REFERENCES entries (id)
) STRICT;
INSERT INTO "settlements" VALUES(1,'released',5);
INSERT INTO "settlements" VALUES(2,'cancelled',NULL);
CREATE TABLE tickets (
    digest BLOB NOT NULL,
    login_id TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    CONSTRAINT tickets_pkey PRIMARY KEY (digest),
    CONSTRAINT tickets_login_id_fkey FOREIGN KEY(login_id) REFERENCES logins (id)
) STRICT;
CREATE TABLE traders (
    id TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    fullname TEXT NOT NULL,
    country TEXT,
    email_verified INTEGER NOT NULL,
    phone_number_verified INTEGER NOT NULL,
    country_verified INTEGER NOT NULL,
    has_kyc INTEGER NOT NULL,
    is_staff INTEGER NOT NULL,
    is_suspended INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    positive_feedback_count INTEGER NOT NULL,
    negative_feedback_count INTEGER NOT NULL,
    stars_total INTEGER NOT NULL,
    stars_count INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT traders_pkey PRIMARY KEY (id),
    CONSTRAINT traders_email_key_key UNIQUE (email_key)
) STRICT;
INSERT INTO "traders" VALUES('00000000-0000-4000-8000-000000000001','trader0@desk.example','trader0@desk.example','Trader 0',NULL,0,0,0,0,0,0,'not a hash',0,0,0,0,'2026-03-02T12:00:00.123456+00:00','2026-03-02T12:00:00.123456+00:00');
INSERT INTO "traders" VALUES('00000000-0000-4000-8000-000000000002','trader1@desk.example','trader1@desk.example','Trader 1',NULL,0,0,0,0,0,0,'not a hash',0,0,0,0,'2026-03-02T12:00:00.123456+00:00','2026-03-02T12:00:00.123456+00:00');
INSERT INTO "traders" VALUES('00000000-0000-4000-8000-000000000003','trader2@desk.example','trader2@desk.example','Trader 2',NULL,0,0,0,0,1,0,'not a hash',0,0,0,0,'2026-03-02T09:30:00.000000+00:00','2026-03-02T09:30:00.000000+00:00');
CREATE INDEX ads_board_idx ON ads (crypto_currency, price_per_unit);
CREATE INDEX ads_due_idx ON ads (end_date) WHERE status IN ('pending', 'paused');
CREATE INDEX ads_maker_id_idx ON ads (maker_id);
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);
CREATE INDEX postings_owner_entry_idx ON postings (owner, entry_id);
CREATE INDEX offers_ad_id_idx ON offers (ad_id);
CREATE INDEX offers_due_idx ON offers (deadline) WHERE state = 'pending';
CREATE INDEX offers_taker_id_idx ON offers (taker_id);
CREATE INDEX notices_offer_idx ON notices (offer_id, offer_version);
CREATE INDEX letters_due_idx ON letters (next_attempt_at) WHERE state IN ('queued', 'sending');
CREATE INDEX letters_parked_idx ON letters (id) WHERE state = 'parked';
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN
    SELECT RAISE(ABORT, 'entries is append-only');
END;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN
    SELECT RAISE(ABORT, 'entries is append-only');
END;
CREATE TRIGGER postings_no_update BEFORE UPDATE ON postings BEGIN
    SELECT RAISE(ABORT, 'postings is append-only');
END;
CREATE TRIGGER postings_no_delete BEFORE DELETE ON postings BEGIN
    SELECT RAISE(ABORT, 'postings is append-only');
END;
CREATE TRIGGER settlements_no_update BEFORE UPDATE ON settlements BEGIN
    SELECT RAISE(ABORT, 'settlements is append-only');
END;
CREATE TRIGGER settlements_no_delete BEFORE DELETE ON settlements BEGIN
    SELECT RAISE(ABORT, 'settlements is append-only');
END;
CREATE TRIGGER offer_history_no_update BEFORE UPDATE ON offer_history BEGIN
    SELECT RAISE(ABORT, 'offer_history is append-only');
END;
CREATE TRIGGER offer_history_no_delete BEFORE DELETE ON offer_history BEGIN
    SELECT RAISE(ABORT, 'offer_history is append-only');
END;
CREATE TRIGGER audit_trail_no_update BEFORE UPDATE ON audit_trail BEGIN
    SELECT RAISE(ABORT, 'audit_trail is append-only');
END;
CREATE TRIGGER audit_trail_no_delete BEFORE DELETE ON audit_trail BEGIN
    SELECT RAISE(ABORT, 'audit_trail is append-only');
END;
COMMIT;
