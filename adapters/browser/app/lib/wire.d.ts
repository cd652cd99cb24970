// Drawn by docs/draw_wire_types.py from the API document. Amounts and times are strings.

export interface Ratings { positive_feedback_count: number; negative_feedback_count: number; averate_rating: number; average_rating: number; }

export interface Me { id: string; fullname: string; country: string | null; email_verified: boolean; phone_number_verified: boolean; country_verified: boolean; has_kyc: boolean; has_p2p: boolean; is_active: boolean; created_at: string; ratings: Ratings; email: string; is_staff: boolean; updated_at: string; }

export interface Registration { email: string; fullname: string; password: string; country?: string; }

export interface Tokens { access: string; refresh: string | null; expires_in: number; }

export interface Credentials { email: string; password: string; otp?: string; cookie?: boolean; }

export interface Refresh { refresh?: string; }

export interface Logout { refresh?: string; }

export interface Ticket { ticket: string; expires_in: number; }

export interface Login { id: string; created_at: string; last_used_at: string | null; address: string; client: string; is_current: boolean; }

export interface LoginPage { items: Array<Login>; next: string | null; }

export interface Code { code: string; }

export interface Address { email: string; }

export interface Reset { email: string; code: string; password: string; }

export interface NewPassword { password: string; new_password: string; }

export interface MadeKey { id: string; name: string; scopes: Array<"read" | "trade" | "release">; created_at: string; expires_at: string | null; key: string; }

export interface KeyBody { name: string; scopes: Array<"read" | "trade" | "release">; expires_at?: string; otp?: string; }

export interface Key { id: string; name: string; scopes: Array<"read" | "trade" | "release">; created_at: string; expires_at: string | null; }

export interface KeyPage { items: Array<Key>; next: string | null; }

export interface Factor { is_on: boolean; }

export interface Authenticator { secret: string; uri: string; qr: string; }

export interface ConfirmedTotp { recovery_codes: Array<string>; }

export interface Confirm { otp: string; }

export interface Disable { password: string; otp?: string; }

export interface OwnData { profile: Array<unknown>; restrictions: Array<unknown>; logins: Array<unknown>; addresses: Array<unknown>; keys: Array<unknown>; webhooks: Array<unknown>; payment_methods: Array<unknown>; blocked: Array<unknown>; ads: Array<unknown>; offers: Array<unknown>; wallet: Array<unknown>; movements: Array<unknown>; messages: Array<unknown>; disputes: Array<unknown>; feedback_given: Array<unknown>; feedback_received: Array<unknown>; notices: Array<unknown>; read_up_to: Array<unknown>; letters: Array<unknown>; }

export interface Deletion { password: string; otp?: string; }

export interface ForeseenPosting { whose: "buyer" | "seller" | "desk"; purse: string; crypto_currency: string; amount: string; }

export interface ForeseenNotice { whom: "maker" | "taker" | "buyer" | "seller"; type: string; mail: boolean; }

export interface DryRun { state: string; postings: Array<ForeseenPosting>; told: Array<ForeseenNotice>; effect: string; }

export interface AdBody { crypto_currency: string; price_per_unit?: string; price_type?: "fixed" | "market"; price_margin?: string; ad_type: "sell" | "buy"; payment_method?: string; fiat_currency: string; crypto_amount: string; start_date?: string; end_date?: string; auto_reply_message?: string; terms_of_trade?: string; additional_information?: string; time_to_pay?: number; min_limit?: string; max_limit?: string; bank_account_name?: string; bank_account_number?: string; bank_name?: string; payment_details?: string; min_completed_offers?: number; min_completion_rate?: number; requires_kyc?: boolean; saved_payment_method?: number; client_reference?: string; }

export interface Profile { id: string; fullname: string; country: string | null; email_verified: boolean; phone_number_verified: boolean; country_verified: boolean; has_kyc: boolean; has_p2p: boolean; is_active: boolean; created_at: string; ratings: Ratings; }

export interface Ad { id: number; user: Profile; crypto_currency: string; price_per_unit: string; ad_type: "sell" | "buy"; payment_method: string; fiat_currency: string; crypto_amount: string; start_date: string; end_date: string | null; auto_reply_message: string; terms_of_trade: string; additional_information: string; status: "pending" | "paused" | "completed" | "closed" | "expired"; max_limit: string; min_limit: string; total_available: string; trade_started_at: string | null; trade_completed_at: string | null; asset_id: null; time_to_pay: number; version: number; price_type: "fixed" | "market"; price_margin: string | null; price_known: boolean; min_completed_offers: number; min_completion_rate: number; requires_kyc: boolean; fee_percent: string; gives_account: boolean; client_reference: string | null; }

export interface AdPage { items: Array<Ad>; next: string | null; }

export interface AdEdit { price_per_unit?: string; price_margin?: string; crypto_amount?: string; end_date?: string; auto_reply_message?: string; terms_of_trade?: string; additional_information?: string; time_to_pay?: number; min_limit?: string; max_limit?: string; bank_account_name?: string; bank_account_number?: string; bank_name?: string; payment_details?: string; min_completed_offers?: number; min_completion_rate?: number; requires_kyc?: boolean; }

export interface Price { id: string; crypto_currency: string; fiat_currency: string; rate: string; at: string; }

export interface PricePage { items: Array<Price>; next: string | null; }

export interface Offer { id: number; created_at: string; currency_amount: string; status: "pending" | "paid" | "disputed" | "completed" | "cancelled" | "expired"; fiat_amount: string; has_indicated_paid: boolean; ad: number; user: string; }

export interface OfferBody { currency_amount?: string; fiat_amount?: string; bank_account_name?: string; bank_account_number?: string; bank_name?: string; payment_details?: string; saved_payment_method?: number; ad: number; client_reference?: string; price_per_unit?: string; }

export interface MyFeedback { positive: boolean; rating: number; comment: string; at: string; }

export interface OfferItem { id: number; created_at: string; currency_amount: string; status: "pending" | "paid" | "disputed" | "completed" | "cancelled" | "expired"; fiat_amount: string; has_indicated_paid: boolean; ad: number; user: string; crypto_currency: string; fiat_currency: string; price_per_unit: string; buyer: Profile; seller: Profile; deadline: string; version: number; client_reference: string | null; my_feedback: MyFeedback | null; }

export interface OfferPage { items: Array<OfferItem>; next: string | null; }

export interface PayTo { bank_account_name: string; bank_account_number: string; bank_name: string; payment_details: string; }

export interface HistoryItem { state: "pending" | "paid" | "disputed" | "completed" | "cancelled" | "expired"; at: string; by: string | null; }

export interface Dispute { kind: "payment_not_received" | "payment_incomplete" | "third_party_payment" | "crypto_not_released" | "other" | "no_answer"; reason: string; opened_by: string | null; opened_at: string; handled_by: string | null; in_favour_of: "buyer" | "seller" | "split" | null; buyer_amount: string | null; note: string; resolved_at: string | null; }

export interface AllowedAction { action: "paid" | "cancel" | "release" | "return" | "dispute" | "withdraw" | "resolve"; method: "POST"; path: string; effect: string; }

export interface OfferDetail { id: number; created_at: string; currency_amount: string; status: "pending" | "paid" | "disputed" | "completed" | "cancelled" | "expired"; fiat_amount: string; has_indicated_paid: boolean; ad: number; user: string; crypto_currency: string; fiat_currency: string; price_per_unit: string; buyer: Profile; seller: Profile; deadline: string; version: number; client_reference: string | null; my_feedback: MyFeedback | null; bank_account_name: string; bank_account_number: string; bank_name: string; fee_amount: string; buyer_receives: string; pay_to: PayTo | null; payment_reference: string; history: Array<HistoryItem>; dispute: Dispute | null; allowed_actions: Array<AllowedAction>; payment_method: string; at_deadline: string | null; }

export interface Otp { otp?: string; }

export interface DisputeBody { reason: string; kind?: "payment_not_received" | "payment_incomplete" | "third_party_payment" | "crypto_not_released" | "other"; }

export interface FeedbackBody { positive: boolean; rating: number; comment?: string; }

export interface Bound { most: number; now: number; }

export interface Rate { most: number; seconds: number; }

export interface Rates { write: Rate; read: Rate; anonymous: Rate; }

export interface TraderLimits { live_ads: Bound; live_offers: Bound; unpaid: Bound; cancelled: Bound; may_offer_again_at: string | null; fee_percent: string; rate_limits: Rates | null; }

export interface Writer { id: string; fullname: string; }

export interface Attachment { name: string; content_type: string; bytes: number; path: string; }

export interface Message { id: number; number: number; at: string; by: Writer; is_staff: boolean; text: string; attachment: Attachment | null; }

export interface MessagePage { items: Array<Message>; next: string | null; }

export interface MessageBody { text: string; }

export interface Stats { completed_offers: number; completion_rate: string | null; median_minutes_to_pay: string | null; median_minutes_to_release: string | null; trading_since: string | null; }

export interface PublicRecord { id: string; fullname: string; country: string | null; email_verified: boolean; phone_number_verified: boolean; country_verified: boolean; has_kyc: boolean; has_p2p: boolean; is_active: boolean; created_at: string; ratings: Ratings; stats: Stats; }

export interface Rater { id: string; fullname: string; }

export interface Feedback { id: number; positive: boolean; rating: number; comment: string; at: string; by: Rater; }

export interface FeedbackPage { items: Array<Feedback>; next: string | null; }

export interface ProfilePage { items: Array<Profile>; next: string | null; }

export interface SavedPaymentMethod { id: number; label: string; payment_method: string; bank_account_name: string; bank_account_number: string; bank_name: string; payment_details: string; created_at: string; }

export interface SavedPaymentMethodPage { items: Array<SavedPaymentMethod>; next: string | null; }

export interface SavedPaymentMethodBody { label: string; payment_method: string; bank_account_name?: string; bank_account_number?: string; bank_name?: string; payment_details?: string; }

export interface Purses { crypto_currency: string; main: string; p2p: string; escrow: string; }

export interface Transfer { crypto_currency: string; amount: string; source: "main" | "p2p"; target: "main" | "p2p"; }

export interface Posting { wallet: "main" | "p2p" | "escrow"; side: "debit" | "credit"; amount: string; }

export interface Entry { kind: "deposit" | "withdrawal" | "transfer" | "ad_escrow" | "ad_return" | "offer_escrow" | "release" | "refund" | "split"; reference: string; created_at: string; crypto_currency: string; postings: Array<Posting>; }

export interface EntryPage { items: Array<Entry>; next: string | null; }

export interface Step { side: "left" | "right"; digest: string; owed: string; in_escrow: string; }

export interface Proof { crypto_currency: string; owed: string; in_escrow: string; leaves: number; root: string; main: string; p2p: string; escrow: string; nonce: string; path: Array<Step>; }

export interface ProvenHoldings { number: number; at: string | null; link_number: number; link_digest: string; trader: string; proofs: Array<Proof>; }

export interface NoticePage { read_up_to: number; items: Array<{ message: string; type: "ad_interest" | "auto_reply" | "payment_indication" | "offer_cancel" | "offer_called_off" | "funds_released" | "offer_expired" | "offer_disputed" | "dispute_resolved" | "feedback_given" | "offer_returned" | "chat_message" | "dispute_withdrawn"; ad_id?: number; offer_id?: number; amount?: number; crypto_currency?: string; from?: string; text?: string; notice: number; created_at: string; }>; next: string | null; }

export interface ReadUpTo { read_up_to: number; }

export interface Read { up_to: number; }

export interface Restriction { trader: string; crypto_currency: string; note: string; }

export interface Lifting { note?: string; }

export interface Suspension { end_trades?: boolean; note: string; }

export interface Freeze { note: string; }

export interface Act { id: number; at: string; by: string | null; act: string; of: string; note: string; }

export interface AuditPage { items: Array<Act>; next: string | null; }

export interface TraderItem { id: string; fullname: string; country: string | null; email_verified: boolean; phone_number_verified: boolean; country_verified: boolean; has_kyc: boolean; has_p2p: boolean; is_active: boolean; created_at: string; ratings: Ratings; email: string; is_suspended: boolean; }

export interface TraderPage { items: Array<TraderItem>; next: string | null; }

export interface TraderFile { id: string; fullname: string; country: string | null; email_verified: boolean; phone_number_verified: boolean; country_verified: boolean; has_kyc: boolean; has_p2p: boolean; is_active: boolean; created_at: string; ratings: Ratings; email: string; is_suspended: boolean; is_staff: boolean; stats: Stats; balances: Array<Purses>; restrictions: Array<string>; live_ads: Array<Ad>; live_offers: Array<OfferItem>; }

export interface Verification { has_kyc?: boolean; country_verified?: boolean; phone_number_verified?: boolean; note: string; }

export interface Proposal { by: string; at: string; in_favour_of: "buyer" | "seller" | "split"; buyer_amount: string | null; note: string; }

export interface DisputeItem { id: number; created_at: string; currency_amount: string; status: "pending" | "paid" | "disputed" | "completed" | "cancelled" | "expired"; fiat_amount: string; has_indicated_paid: boolean; ad: number; user: string; crypto_currency: string; fiat_currency: string; price_per_unit: string; buyer: Profile; seller: Profile; deadline: string; version: number; client_reference: string | null; my_feedback: MyFeedback | null; kind: "payment_not_received" | "payment_incomplete" | "third_party_payment" | "crypto_not_released" | "other" | "no_answer"; reason: string; opened_by: string | null; opened_at: string; handled_by: string | null; proposal: Proposal | null; }

export interface DisputePage { items: Array<DisputeItem>; next: string | null; }

export interface Taking { note?: string; }

export interface Resolution { in_favour_of: "buyer" | "seller" | "split"; buyer_amount?: string; note: string; }

export interface Approval { note: string; }

export interface Rejection { note: string; }

export interface MadeWebhook { id: string; url: string; types: Array<"ad_interest" | "auto_reply" | "payment_indication" | "offer_cancel" | "offer_called_off" | "funds_released" | "offer_expired" | "offer_disputed" | "dispute_resolved" | "feedback_given" | "offer_returned" | "chat_message" | "dispute_withdrawn">; is_on: boolean; last_status: number | null; last_at: string | null; secret: string; }

export interface WebhookBody { url: string; types?: Array<"ad_interest" | "auto_reply" | "payment_indication" | "offer_cancel" | "offer_called_off" | "funds_released" | "offer_expired" | "offer_disputed" | "dispute_resolved" | "feedback_given" | "offer_returned" | "chat_message" | "dispute_withdrawn">; }

export interface Webhook { id: string; url: string; types: Array<"ad_interest" | "auto_reply" | "payment_indication" | "offer_cancel" | "offer_called_off" | "funds_released" | "offer_expired" | "offer_disputed" | "dispute_resolved" | "feedback_given" | "offer_returned" | "chat_message" | "dispute_withdrawn">; is_on: boolean; last_status: number | null; last_at: string | null; }

export interface WebhookPage { items: Array<Webhook>; next: string | null; }

export interface Currency { code: string; decimals: number; }

export interface PaymentMethod { code: string; needs: Array<string>; }

export interface Limits { text: number; bank_field: number; client_reference: number; reason: number; comment: number; fullname: number; email: number; password: number; password_least: number; body_bytes: number; file_bytes: number; }

export interface DemoTrader { fullname: string; email: string; password: string; }

export interface Settings { crypto_currencies: Array<Currency>; fiat_currencies: Array<Currency>; payment_methods: Array<PaymentMethod>; default_time_to_pay: number; max_time_to_pay: number; fee_percent: string; market_prices: boolean; frozen: boolean; websocket: string; limits: Limits; demo: Array<DemoTrader> | null; version: string; }

export interface Total { crypto_currency: string; owed: string; in_escrow: string; leaves: number; root: string; }

export interface Statement { number: number; at: string | null; link_number: number; link_digest: string; totals: Array<Total>; }

export interface Alive { status: "ok"; }

export interface Ready { status: "ready"; }
