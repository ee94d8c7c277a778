//! Deterministic CBOR (RFC 8949, section 4.2.1), structs as definite-length arrays.
//!
//! `from_bytes` decodes, encodes again and compares: that one comparison refuses trailing bytes,
//! longer-than-needed integers, indefinite lengths and whatever else would give one value two
//! encodings, so that a hash or signature names exactly one byte string.

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};

/// Why bytes were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Longer than the type's limit; nothing was parsed.
    #[error("{actual} bytes where at most {max} are allowed")]
    TooLong {
        /// Bytes given.
        actual: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// A list or array has another number of items than allowed.
    #[error("{actual} items where {max} are allowed")]
    ItemCount {
        /// Items announced.
        actual: u64,
        /// Items allowed (exactly, for a struct; at most, for a list).
        max: usize,
    },
    /// A byte string of fixed length has another one.
    #[error("{actual} bytes where exactly {expected} are needed")]
    Length {
        /// Bytes found.
        actual: usize,
        /// Bytes needed.
        expected: usize,
    },
    /// Not the CBOR that the type needs.
    #[error("malformed")]
    Malformed,
    /// A number that names no variant, or text that is no valid value.
    #[error("invalid value")]
    Value,
    /// Decodes, but these are not the canonical bytes.
    #[error("not canonical")]
    NotCanonical,
}

/// A whole document: something with canonical bytes and a stated greatest length.
pub trait Canonical: Wire {
    /// Greatest length of the canonical bytes.
    const MAX_LEN: usize;

    /// The canonical bytes.
    fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        self.write(&mut writer);
        writer.into_bytes()
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// [`DecodeError`] for anything but the exact canonical bytes of a value.
    fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() > Self::MAX_LEN {
            return Err(DecodeError::TooLong {
                actual: bytes.len(),
                max: Self::MAX_LEN,
            });
        }
        let value = Self::read(&mut Reader::new(bytes))?;
        if value.to_bytes() == bytes {
            Ok(value)
        } else {
            Err(DecodeError::NotCanonical)
        }
    }
}

/// A value inside a document.
pub trait Wire: Sized {
    /// Appends the value.
    fn write(&self, writer: &mut Writer);

    /// Takes the value.
    ///
    /// # Errors
    /// [`DecodeError`] where the next item is not such a value.
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;
}

/// A value that occurs in lists; the limit belongs to the element, so no list is unbounded.
pub trait Item: Wire {
    /// Greatest number of elements in a list.
    const MAX_ITEMS: usize;
}

/// Writes canonical CBOR.
pub struct Writer(Encoder<Vec<u8>>);

impl Writer {
    pub(crate) fn new() -> Self {
        Self(Encoder::new(Vec::new()))
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0.into_writer()
    }

    // A `Vec` as writer fails with `Infallible`, and none of our values has an encoding error of
    // its own, so the results below carry no information.

    /// Starts an array.
    pub fn array(&mut self, len: usize) {
        let _infallible = self.0.array(len as u64);
    }

    /// Writes an unsigned integer.
    pub fn uint(&mut self, value: u64) {
        let _infallible = self.0.u64(value);
    }

    /// Writes a byte string.
    pub fn bytes(&mut self, value: &[u8]) {
        let _infallible = self.0.bytes(value);
    }

    /// Writes a text string.
    pub fn text(&mut self, value: &str) {
        let _infallible = self.0.str(value);
    }

    /// Writes a boolean.
    pub fn bool(&mut self, value: bool) {
        let _infallible = self.0.bool(value);
    }

    /// Writes null.
    pub fn null(&mut self) {
        let _infallible = self.0.null();
    }
}

/// Reads CBOR, refusing indefinite lengths; [`Canonical::from_bytes`] refuses the other
/// non-canonical forms.
pub struct Reader<'a>(Decoder<'a>);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(Decoder::new(bytes))
    }

    fn array(&mut self) -> Result<u64, DecodeError> {
        self.0
            .array()
            .map_err(|_| DecodeError::Malformed)?
            .ok_or(DecodeError::Malformed)
    }

    /// Takes the head of an array of exactly `len` items.
    ///
    /// # Errors
    /// [`DecodeError`] where it is no array or has another length.
    pub fn array_exact(&mut self, len: usize) -> Result<(), DecodeError> {
        let actual = self.array()?;
        if actual == len as u64 {
            Ok(())
        } else {
            Err(DecodeError::ItemCount { actual, max: len })
        }
    }

    /// Takes the head of an array of at most `max` items and gives the number.
    ///
    /// # Errors
    /// [`DecodeError`] where it is no array or is longer.
    pub fn array_up_to(&mut self, max: usize) -> Result<usize, DecodeError> {
        let actual = self.array()?;
        match usize::try_from(actual) {
            Ok(len) if len <= max => Ok(len),
            _ => Err(DecodeError::ItemCount { actual, max }),
        }
    }

    /// Takes an unsigned integer.
    ///
    /// # Errors
    /// [`DecodeError`] where it is none.
    pub fn uint(&mut self) -> Result<u64, DecodeError> {
        self.0.u64().map_err(|_| DecodeError::Malformed)
    }

    /// Takes a byte string, borrowed from the input.
    ///
    /// # Errors
    /// [`DecodeError`] where it is none, or longer than `max`.
    pub fn bytes(&mut self, max: usize) -> Result<&'a [u8], DecodeError> {
        let bytes = self.0.bytes().map_err(|_| DecodeError::Malformed)?;
        if bytes.len() > max {
            return Err(DecodeError::TooLong {
                actual: bytes.len(),
                max,
            });
        }
        Ok(bytes)
    }

    /// Takes a byte string of exactly `N` bytes.
    ///
    /// # Errors
    /// [`DecodeError`] where it is none, or of another length.
    pub fn array_bytes<const N: usize>(&mut self) -> Result<&'a [u8; N], DecodeError> {
        let bytes = self.0.bytes().map_err(|_| DecodeError::Malformed)?;
        bytes.try_into().map_err(|_| DecodeError::Length {
            actual: bytes.len(),
            expected: N,
        })
    }

    /// Takes a text string of at most `max_bytes` bytes, borrowed from the input.
    ///
    /// # Errors
    /// [`DecodeError`] where it is none, longer, or not UTF-8.
    pub fn text(&mut self, max_bytes: usize) -> Result<&'a str, DecodeError> {
        let text = self.0.str().map_err(|_| DecodeError::Malformed)?;
        if text.len() > max_bytes {
            return Err(DecodeError::TooLong {
                actual: text.len(),
                max: max_bytes,
            });
        }
        Ok(text)
    }

    /// Takes a boolean.
    ///
    /// # Errors
    /// [`DecodeError`] where it is none.
    pub fn bool(&mut self) -> Result<bool, DecodeError> {
        self.0.bool().map_err(|_| DecodeError::Malformed)
    }

    /// Takes a null, if that comes next.
    ///
    /// # Errors
    /// [`DecodeError`] at the end of the input.
    pub fn null(&mut self) -> Result<bool, DecodeError> {
        match self.0.datatype().map_err(|_| DecodeError::Malformed)? {
            Type::Null => {
                self.0.null().map_err(|_| DecodeError::Malformed)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

macro_rules! wire_uint {
    ($($ty:ty),*) => {$(
        impl Wire for $ty {
            fn write(&self, writer: &mut Writer) {
                writer.uint(u64::from(*self));
            }

            fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                <$ty>::try_from(reader.uint()?).map_err(|_| DecodeError::Value)
            }
        }
    )*};
}
wire_uint!(u8, u32, u64);

impl Wire for bool {
    fn write(&self, writer: &mut Writer) {
        writer.bool(*self);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.bool()
    }
}

impl<T: Wire> Wire for Option<T> {
    fn write(&self, writer: &mut Writer) {
        match self {
            Some(value) => value.write(writer),
            None => writer.null(),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if reader.null()? {
            Ok(None)
        } else {
            T::read(reader).map(Some)
        }
    }
}

impl<T: Item> Wire for Vec<T> {
    fn write(&self, writer: &mut Writer) {
        writer.array(self.len());
        for item in self {
            item.write(writer);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = reader.array_up_to(T::MAX_ITEMS)?;
        // Grows with what is really there: a head that promises much allocates nothing.
        (0..len).map(|_| T::read(reader)).collect()
    }
}

/// Declares a struct whose encoding is the definite-length array of its fields in order.
#[macro_export]
macro_rules! canonical_struct {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field_vis:vis $field:ident : $ty:ty),* $(,)?
    }) => {
        $(#[$meta])*
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $ty),*
        }

        impl $crate::encoding::Wire for $name {
            fn write(&self, writer: &mut $crate::encoding::Writer) {
                writer.array([$(stringify!($field)),*].len());
                $($crate::encoding::Wire::write(&self.$field, writer);)*
            }

            fn read(
                reader: &mut $crate::encoding::Reader<'_>,
            ) -> Result<Self, $crate::encoding::DecodeError> {
                reader.array_exact([$(stringify!($field)),*].len())?;
                Ok(Self { $($field: $crate::encoding::Wire::read(reader)?),* })
            }
        }
    };
}

/// Declares an enum whose encoding is the stated small number.
#[macro_export]
macro_rules! canonical_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $number:literal),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        $vis enum $name {
            $($(#[$variant_meta])* $variant = $number),*
        }

        impl $name {
            /// Every variant, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The number on the wire.
            #[must_use]
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// The variant of a number on the wire.
            #[must_use]
            pub const fn from_number(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl $crate::encoding::Wire for $name {
            fn write(&self, writer: &mut $crate::encoding::Writer) {
                writer.uint(u64::from(self.number()));
            }

            fn read(
                reader: &mut $crate::encoding::Reader<'_>,
            ) -> Result<Self, $crate::encoding::DecodeError> {
                let number = <u8 as $crate::encoding::Wire>::read(reader)?;
                Self::from_number(number).ok_or($crate::encoding::DecodeError::Value)
            }
        }
    };
}

/// Serde as base64url of the canonical bytes.
macro_rules! serde_canonical {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&$crate::ids::encode_base64url(
                    &$crate::encoding::Canonical::to_bytes(self),
                ))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::encoding::deserialize_canonical(deserializer)
            }
        }
    };
}

pub(crate) fn deserialize_canonical<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Canonical,
    D: serde::Deserializer<'de>,
{
    use serde::de::Error as _;
    let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
    let bytes = crate::ids::decode_base64url(&text).map_err(D::Error::custom)?;
    T::from_bytes(&bytes).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests;
