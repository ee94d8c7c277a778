//! E-mail addresses and domain names, in one form only: lower-case ASCII.

use crate::encoding::{DecodeError, Item, Reader, Wire, Writer};
use crate::limits::{MAX_ADDRESS_BYTES, MAX_ADDRESSES, MAX_DOMAIN_BYTES, MAX_LOCAL_PART_BYTES};

/// A domain name: lower-case ASCII labels (internationalised names in their `xn--` form), at
/// least two of them, without a final dot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(String);

/// Text that is no domain name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DomainError {
    /// Longer than 253 bytes, or a label longer than 63.
    #[error("the domain name is too long")]
    TooLong,
    /// Characters outside ASCII: the caller converts to `xn--` first.
    #[error("the domain name has to be in its ASCII form")]
    NotAscii,
    /// Empty labels, other characters, hyphens at an end, fewer than two labels, or an address
    /// in numbers.
    #[error("not a domain name")]
    Malformed,
}

impl Domain {
    /// Parses a domain name; upper case is folded.
    ///
    /// # Errors
    /// [`DomainError`].
    pub fn parse(text: &str) -> Result<Self, DomainError> {
        if !text.is_ascii() {
            return Err(DomainError::NotAscii);
        }
        if text.len() > MAX_DOMAIN_BYTES {
            return Err(DomainError::TooLong);
        }
        let lower = text.to_ascii_lowercase();
        let labels: Vec<&str> = lower.split('.').collect();
        if labels.iter().any(|label| label.len() > 63) {
            return Err(DomainError::TooLong);
        }
        let well_formed = |label: &&str| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        let numeric_top = labels
            .last()
            .is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit()));
        if labels.len() < 2 || numeric_top || !labels.iter().all(well_formed) {
            return Err(DomainError::Malformed);
        }
        Ok(Self(lower))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An e-mail address: lower-case, a dot-atom before the @ (RFC 5322, section 3.2.3), a [`Domain`]
/// after it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    text: String,
    domain: Domain,
}

/// Text that is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Longer than 254 bytes, or more than 64 before the @.
    #[error("the address is too long")]
    TooLong,
    /// No @, or not a dot-atom before it.
    #[error("not an e-mail address")]
    Malformed,
    /// What follows the @ is no domain name.
    #[error(transparent)]
    Domain(#[from] DomainError),
}

impl Address {
    /// Parses an address; upper case is folded, on both sides of the @.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if text.len() > MAX_ADDRESS_BYTES {
            return Err(AddressError::TooLong);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::Malformed)?;
        if local.len() > MAX_LOCAL_PART_BYTES {
            return Err(AddressError::TooLong);
        }
        let atext = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
        let dot_atom = local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.bytes().all(atext));
        if !dot_atom {
            return Err(AddressError::Malformed);
        }
        let domain = Domain::parse(domain)?;
        let text = format!("{}@{}", local.to_ascii_lowercase(), domain.as_str());
        Ok(Self { text, domain })
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part after the @.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The part before the @.
    #[must_use]
    pub fn local_part(&self) -> &str {
        let end = self.text.len() - self.domain.0.len() - 1;
        &self.text[..end]
    }
}

macro_rules! validated_text {
    ($name:ident, $error:ident, $max:expr) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                Self::parse(text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::Error as _;
                let text =
                    <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(D::Error::custom)
            }
        }

        impl Wire for $name {
            fn write(&self, writer: &mut Writer) {
                writer.text(self.as_str());
            }

            fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                // Upper case is folded here and then found by the comparison of re-encoded bytes.
                Self::parse(reader.text($max)?).map_err(|_| DecodeError::Value)
            }
        }
    };
}
validated_text!(Domain, DomainError, MAX_DOMAIN_BYTES);
validated_text!(Address, AddressError, MAX_ADDRESS_BYTES);

impl Item for Address {
    const MAX_ITEMS: usize = MAX_ADDRESSES;
}

#[cfg(test)]
mod tests;
