//! Every limit of the protocol in one place. Decoders enforce them before they allocate.

/// Milliseconds in a day.
pub const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// Longest validity of a key certificate, and greatest age of the manifest that an adoption
/// relies on: 90 days in milliseconds.
pub const MAX_CERTIFICATE_AGE_MS: u64 = 90 * DAY_MS;
/// How far ahead of the reader's clock a signed time may lie: 10 minutes in milliseconds.
pub const MAX_CLOCK_SKEW_MS: u64 = 10 * 60 * 1000;

/// Longest address in bytes (RFC 5321, section 4.5.3.1.3, without the angle brackets).
pub const MAX_ADDRESS_BYTES: usize = 254;
/// Longest part before the @ in bytes (RFC 5321, section 4.5.3.1.1).
pub const MAX_LOCAL_PART_BYTES: usize = 64;
/// Longest domain name in bytes (RFC 1035, section 2.3.4).
pub const MAX_DOMAIN_BYTES: usize = 253;
/// Longest name of an organisation or person in characters.
pub const MAX_NAME_CHARS: usize = 100;

/// Domains in a manifest.
pub const MAX_DOMAINS: usize = 200;
/// Administrators in a manifest.
pub const MAX_ADMINISTRATORS: usize = 100;
/// Addresses in a key certificate.
pub const MAX_ADDRESSES: usize = 64;
/// Members of a roster.
pub const MAX_ROSTER_MEMBERS: usize = 500;
/// Manifests in a chain.
pub const MAX_CHAIN_MANIFESTS: usize = 10_000;

/// Recipients of a message.
pub const MAX_RECIPIENTS: usize = 100;
/// Plaintext of a summary in bytes.
pub const MAX_SUMMARY_BYTES: usize = 4 * 1024;
/// Sealed body in bytes.
pub const MAX_BODY_BLOB_BYTES: usize = 1024 * 1024;
/// Sealed pins in bytes.
pub const MAX_PINS_BLOB_BYTES: usize = 1024 * 1024;
/// Sealed segment of a search index in bytes.
pub const MAX_SEARCH_SEGMENT_BYTES: usize = 1024 * 1024;
/// Messages and drafts that an inventory names.
pub const MAX_INVENTORY_HASHES: usize = 125_000;
/// Canonical inventory in bytes: hashes of 32 bytes, and a few more for each generation.
pub const MAX_INVENTORY_BYTES: usize = MAX_INVENTORY_HASHES * 32 + 8 * 1024;
/// Sealed inventory in bytes, padding included.
pub const MAX_INVENTORY_BLOB_BYTES: usize = 4 * 1024 * 1024;
/// Plaintext of a chunk of an attachment but the last, in bytes.
pub const CHUNK_BYTES: usize = 64 * 1024;
/// Ciphertext of a grant in bytes.
pub const MAX_GRANT_CIPHERTEXT_BYTES: usize = 256;
/// Encapsulated key of a grant or stanza in bytes (X-Wing).
pub const KEM_ENC_BYTES: usize = 1120;

/// Canonical manifest in bytes.
pub const MAX_MANIFEST_BYTES: usize = 72 * 1024;
/// Canonical account state in bytes.
pub const MAX_ACCOUNT_STATE_BYTES: usize = 4 * 1024 + 512;
/// Canonical key certificate in bytes.
pub const MAX_KEY_CERTIFICATE_BYTES: usize = 18 * 1024;
/// Canonical roster in bytes.
pub const MAX_ROSTER_BYTES: usize = 52 * 1024;
/// Canonical send certificate in bytes.
pub const MAX_SEND_CERTIFICATE_BYTES: usize = 512;
/// Canonical grant in bytes.
pub const MAX_GRANT_BYTES: usize = 2 * 1024;
/// Canonical signed message in bytes, stanza hashes included.
pub const MAX_SIGNED_MESSAGE_BYTES: usize = 12 * 1024;
/// Canonical revocation in bytes, signature included.
pub const MAX_REVOCATION_BYTES: usize = 1024;
/// What the envelope adds to a statement in bytes.
pub const MAX_ENVELOPE_OVERHEAD_BYTES: usize = 160;
