#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! ristretto255, SHA-512, 3DH; the stretching function is Argon2id with parameters that are
//! compiled in, so that no server can send weak ones. The server never sees a password, and a
//! stolen record has to be attacked with one Argon2id a guess.
//!
//! Messages are byte arrays of fixed length; they are parsed by the step that takes them.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

#[cfg(feature = "client")]
mod client;
mod messages;
#[cfg(any(feature = "client", feature = "server"))]
mod rng;
#[cfg(feature = "server")]
mod server;
#[cfg(any(feature = "client", feature = "server"))]
mod suite;

#[cfg(feature = "client")]
pub use client::{ClientLogin, ClientRegistration, ExportKey, SignedIn};
pub use messages::{
    CredentialFinalization, CredentialRequest, CredentialResponse, MessageLength,
    RegistrationRecord, RegistrationRequest, RegistrationResponse,
};
#[cfg(feature = "server")]
pub use server::{ServerLogin, ServerLoginState, ServerRegistration, ServerSetup};

/// Why a step failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// Wrong password, unknown account, or an answer that was tampered with: OPAQUE does not tell
    /// them apart, and neither may anybody else.
    #[error("sign-in failed")]
    Denied,
    /// A message that is no valid message of its kind.
    #[error("malformed message")]
    Malformed,
    /// Argon2id could not get its 64 MiB, or the password is longer than OPAQUE takes.
    #[error("the password could not be processed")]
    Stretching,
}

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests;
