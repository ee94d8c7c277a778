//! Primitives. Private: outside there are only keys with a role and envelopes with a context.

pub(crate) mod blob;
pub(crate) mod hpke;
pub(crate) mod kdf;
