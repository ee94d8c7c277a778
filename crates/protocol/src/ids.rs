//! Identifiers. Text form everywhere (JSON, URLs, logs): base64url without padding.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Text that is no identifier or key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseIdError {
    /// Not base64url without padding.
    #[error("not base64url")]
    Base64,
    /// Decodes to another number of bytes.
    #[error("{actual} bytes where {expected} are needed")]
    Length {
        /// Bytes found.
        actual: usize,
        /// Bytes needed.
        expected: usize,
    },
}

pub(crate) fn encode_base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decode_base64url(text: &str) -> Result<Vec<u8>, ParseIdError> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| ParseIdError::Base64)
}

pub(crate) fn decode_base64url_exact<const N: usize>(text: &str) -> Result<[u8; N], ParseIdError> {
    let bytes = decode_base64url(text)?;
    bytes
        .as_slice()
        .try_into()
        .map_err(|_| ParseIdError::Length {
            actual: bytes.len(),
            expected: N,
        })
}

/// Text form and serde of a type with `as_bytes() -> &[u8; N]` and `From<[u8; N]>`.
macro_rules! base64url_text {
    ($name:ident, $len:literal) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$crate::ids::encode_base64url(self.as_bytes()))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ids::ParseIdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::ids::decode_base64url_exact::<$len>(text).map(Self::from)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::Error as _;
                let text =
                    <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = $crate::ids::ParseIdError;

            fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
                <[u8; $len]>::try_from(bytes).map(Self::from).map_err(|_| {
                    $crate::ids::ParseIdError::Length {
                        actual: bytes.len(),
                        expected: $len,
                    }
                })
            }
        }

        impl $crate::encoding::Wire for $name {
            fn write(&self, writer: &mut $crate::encoding::Writer) {
                writer.bytes(self.as_bytes());
            }

            fn read(
                reader: &mut $crate::encoding::Reader<'_>,
            ) -> Result<Self, $crate::encoding::DecodeError> {
                reader.array_bytes::<$len>().map(|bytes| Self::from(*bytes))
            }
        }
    };
}
pub(crate) use base64url_text;

/// A public newtype over a small byte array.
macro_rules! bytes_newtype {
    ($(#[$meta:meta])* $name:ident, $len:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

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

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        $crate::ids::base64url_text!($name, $len);
    };
}
pub(crate) use bytes_newtype;

bytes_newtype!(
    /// An account: 128 random bits chosen by the client.
    AccountId, 16
);
bytes_newtype!(
    /// A message: 128 random bits chosen by the sender's client.
    MessageId, 16
);
bytes_newtype!(
    /// A conversation: 128 random bits chosen by the client that starts it.
    ConversationId, 16
);
bytes_newtype!(
    /// A draft: 128 random bits chosen by the client.
    DraftId, 16
);
bytes_newtype!(
    /// An attachment: 128 random bits chosen by the sender's client.
    AttachmentId, 16
);
bytes_newtype!(
    /// A segment of a search index: 128 random bits chosen by the client.
    SearchSegmentId, 16
);
bytes_newtype!(
    /// The nonce of one domain claim, in its TXT record.
    ClaimNonce, 16
);
bytes_newtype!(
    /// An organisation: SHA-256 of the canonical bytes of its genesis manifest.
    OrgId, 32
);

impl OrgId {
    /// What a genesis manifest carries in place of its own hash.
    pub const ZERO: Self = Self([0; 32]);
}
