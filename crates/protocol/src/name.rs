use crate::encoding::{DecodeError, Reader, Wire, Writer};
use crate::limits::MAX_NAME_CHARS;

/// The name of an organisation, or the name a sender shows: 1 to 100 characters, none of which
/// can alter how the text around it is shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

/// Text that is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// Empty, or only spaces.
    #[error("a name is needed")]
    Empty,
    /// More than 100 characters.
    #[error("a name has at most {MAX_NAME_CHARS} characters")]
    TooLong,
    /// A space at the start or end, a control character, or one that changes writing direction.
    #[error("a name holds a character that is not allowed")]
    Character,
}

/// Characters that are invisible or reorder their surroundings (Unicode TR 36, section 2): a name
/// is quoted inside fixed sentences and must not be able to rewrite them.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{061c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

impl Name {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for Name {
    type Error = NameError;

    fn try_from(text: &str) -> Result<Self, NameError> {
        if text.trim().is_empty() {
            return Err(NameError::Empty);
        }
        if text.chars().count() > MAX_NAME_CHARS {
            return Err(NameError::TooLong);
        }
        if text.trim() != text || text.chars().any(is_forbidden) {
            return Err(NameError::Character);
        }
        Ok(Self(text.to_owned()))
    }
}

impl std::str::FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::try_from(text)
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl serde::Serialize for Name {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Name {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        Self::try_from(text.as_ref()).map_err(D::Error::custom)
    }
}

impl Wire for Name {
    fn write(&self, writer: &mut Writer) {
        writer.text(&self.0);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::try_from(reader.text(MAX_NAME_CHARS * 4)?).map_err(|_| DecodeError::Value)
    }
}

#[cfg(test)]
mod tests;
