#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! Classes and functions of `zegel-crypto` and `zegel-protocol` under JavaScript names, with
//! TypeScript types; no logic. Ids and Ed25519 keys are base64url strings without padding, X-Wing
//! keys, blobs, grants, statements and messages are `Uint8Array`s of the bytes that travel. A call
//! that fails throws an `Error`; opening fails with one message for every reason.
//!
//! ```text
//! cargo build -p zegel-crypto-wasm --release --target wasm32-unknown-unknown
//! wasm-bindgen --target web --out-dir pkg target/wasm32-unknown-unknown/release/zegel_crypto_wasm.wasm
//! ```
//!
//! An object with `free()` holds a secret until that is called, or until it is collected.

mod attachments;
mod codes;
mod grants;
mod keys;
mod list_entries;
mod messages;
mod statements;

pub use attachments::{Attachment, AttachmentOpener, AttachmentSealer};
pub use codes::{
    AdoptionLink, RecoveryCode, equal_safety_numbers, safety_number_of_account,
    safety_number_of_organization,
};
pub use grants::{make_escrow, open_escrow, verify_grant};
pub use keys::{AccountKey, Identity, Kek, KeyringKey, MailboxKey, RecoverySeed};
pub use list_entries::Listed;
pub use messages::{Content, Sealed, Sender, open_message, seal_message, verify_message};
pub use statements::{
    ManifestChain, verify_first_state, verify_key_certificate, verify_next_state,
};

use getrandom::SysRng;
use rand_core::UnwrapErr;

/// The browser's randomness (`crypto.getRandomValues`).
fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}
