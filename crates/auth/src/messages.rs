//! The messages of RFC 9807 and their lengths for ristretto255 and SHA-512.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A message of the wrong length, or text that is not base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a message of {expected} bytes is needed")]
pub struct MessageLength {
    /// Bytes needed.
    pub expected: usize,
}

macro_rules! message {
    ($(#[$meta:meta])* $name:ident, $len:literal) => {
        $(#[$meta])*
        ///
        /// Serialises as base64url without padding.
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name([u8; $len]);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl From<[u8; $len]> for $name {
            fn from(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = MessageLength;

            fn try_from(bytes: &[u8]) -> Result<Self, MessageLength> {
                bytes
                    .try_into()
                    .map(Self)
                    .map_err(|_| MessageLength { expected: $len })
            }
        }

        // A record is worth an offline guess at the password, and nobody debugs by reading the
        // others.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&URL_SAFE_NO_PAD.encode(self.0))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::Error as _;
                let text =
                    <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                let bytes = URL_SAFE_NO_PAD
                    .decode(text.as_ref())
                    .map_err(|_| D::Error::custom(MessageLength { expected: $len }))?;
                Self::try_from(bytes.as_slice()).map_err(D::Error::custom)
            }
        }
    };
}

message!(
    /// Client to server: the blinded password. 32 bytes (RFC 9807, section 5.1).
    RegistrationRequest, 32
);
message!(
    /// Server to client: its evaluation and public key. 64 bytes (RFC 9807, section 5.1).
    RegistrationResponse, 64
);
message!(
    /// Client to server: what the server keeps. 192 bytes (RFC 9807, section 5.1).
    RegistrationRecord, 192
);
message!(
    /// Client to server: KE1. 96 bytes (RFC 9807, section 6.1).
    CredentialRequest, 96
);
message!(
    /// Server to client: KE2. 320 bytes (RFC 9807, section 6.1).
    CredentialResponse, 320
);
message!(
    /// Client to server: KE3. 64 bytes (RFC 9807, section 6.1).
    CredentialFinalization, 64
);
