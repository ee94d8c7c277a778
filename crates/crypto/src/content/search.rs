//! A segment of a search index: which words are in which messages of a mailbox.
//!
//! `[ documents, terms ]`, where `terms` is one byte string of entries, ascending by word, each word once:
//!
//! `u8 length ‖ word ‖ u32 length of the postings ‖ postings`
//!
//! Postings are LEB128 numbers: the place of the first document, then how much further each next one is.
//! All of it is checked once, when it is decoded; a search then runs over the bytes as they are, so that
//! a mailbox of a hundred thousand messages takes no more memory than its segments are long.

use std::collections::{BTreeMap, BTreeSet};

use zegel_protocol::encoding::{Canonical, DecodeError, Item, Reader, Wire, Writer};
use zegel_protocol::{Hash, MessageId, Timestamp, canonical_struct};
use zeroize::Zeroizing;

use crate::error::SealError;

/// Longest word in bytes.
pub const MAX_WORD_BYTES: usize = 64;
/// Most messages of a segment.
pub const MAX_SEGMENT_DOCUMENTS: usize = 16_384;
/// Most words that are looked for at once.
pub const MAX_QUERY_WORDS: usize = 64;

canonical_struct! {
    /// A message of a segment; only as true as the hash, which the mailbox's row of it has to have.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Document {
        /// The message.
        pub message: MessageId,
        /// Hash of the signed message whose words these are.
        pub signed_message: Hash,
        /// When it was sent.
        pub sent_at: Timestamp,
    }
}

impl Document {
    /// What a segment's documents ascend by, and have once.
    fn key(&self) -> (MessageId, Hash) {
        (self.message, self.signed_message)
    }
}

impl Item for Document {
    const MAX_ITEMS: usize = MAX_SEGMENT_DOCUMENTS;
}

/// Messages and the words in them.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchSegment {
    documents: Vec<Document>,
    terms: Zeroizing<Vec<u8>>,
}

// Words of messages stay out of logs and panics.
impl std::fmt::Debug for SearchSegment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchSegment")
            .field("documents", &self.documents.len())
            .finish_non_exhaustive()
    }
}

impl SearchSegment {
    /// A segment of messages, each with its words.
    ///
    /// # Errors
    /// [`SealError::TooLarge`] where it would be larger than a segment may be, or a word is.
    pub fn of(messages: &[(Document, BTreeSet<String>)]) -> Result<Self, SealError> {
        let documents = Documents::of(messages.iter().map(|(document, _)| document));
        let mut places = BTreeMap::<&[u8], Vec<usize>>::new();
        for (document, words) in messages {
            let place = documents.place(document);
            for word in words {
                places.entry(word.as_bytes()).or_default().extend(place);
            }
        }
        documents.with(places)
    }

    /// One segment in place of several: what `keep` says of their messages.
    ///
    /// # Errors
    /// [`SealError::TooLarge`].
    pub fn merged(
        segments: &[&Self],
        mut keep: impl FnMut(&Document) -> bool,
    ) -> Result<Self, SealError> {
        let all = segments.iter().flat_map(|segment| &segment.documents);
        let documents = Documents::of(all.filter(|document| keep(document)));
        let mut places = BTreeMap::<&[u8], Vec<usize>>::new();
        for segment in segments {
            let moved: Vec<Option<usize>> = segment
                .documents
                .iter()
                .map(|document| documents.place(document))
                .collect();
            for (word, before) in Terms(&segment.terms) {
                let mut kept = before
                    .filter_map(|place| moved.get(place).copied().flatten())
                    .peekable();
                if kept.peek().is_some() {
                    places.entry(word).or_default().extend(kept);
                }
            }
        }
        documents.with(places)
    }

    /// The messages, ascending by id.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Whether a message is one of them.
    #[must_use]
    pub fn names(&self, message: MessageId) -> bool {
        let documents = &self.documents;
        documents
            .binary_search_by_key(&message, |document| document.message)
            .is_ok()
    }

    /// The messages in which each of these is the beginning of a word: of the first
    /// [`MAX_QUERY_WORDS`], and none where there are none.
    pub fn find<'a>(
        &'a self,
        beginnings: &[String],
    ) -> impl Iterator<Item = &'a Document> + use<'a> {
        let beginnings = &beginnings[..beginnings.len().min(MAX_QUERY_WORDS)];
        // A bit a beginning.
        let mut found = vec![0_u64; self.documents.len()];
        for (word, places) in Terms(&self.terms) {
            let begins = beginnings
                .iter()
                .enumerate()
                .filter(|(_, beginning)| word.starts_with(beginning.as_bytes()))
                .fold(0, |bits, (at, _)| bits | 1_u64 << at);
            if begins == 0 {
                continue;
            }
            for place in places {
                if let Some(bits) = found.get_mut(place) {
                    *bits |= begins;
                }
            }
        }
        let all = (0..beginnings.len()).fold(0, |bits, at| bits | 1_u64 << at);
        self.documents
            .iter()
            .zip(found)
            .filter(move |(_, bits)| all != 0 && *bits == all)
            .map(|(document, _)| document)
    }
}

/// The documents of a segment that is being made.
struct Documents(Vec<Document>);

impl Documents {
    fn of<'a>(documents: impl Iterator<Item = &'a Document>) -> Self {
        let mut documents: Vec<Document> = documents.copied().collect();
        documents.sort_by_key(Document::key);
        documents.dedup_by(|one, next| one.key() == next.key());
        Self(documents)
    }

    fn place(&self, document: &Document) -> Option<usize> {
        self.0
            .binary_search_by_key(&document.key(), Document::key)
            .ok()
    }

    fn with(self, places: BTreeMap<&[u8], Vec<usize>>) -> Result<SearchSegment, SealError> {
        let mut terms = Zeroizing::new(Vec::new());
        for (word, mut places) in places {
            places.sort_unstable();
            places.dedup();
            write_term(&mut terms, word, &places)?;
            if terms.len() > SearchSegment::MAX_LEN {
                return Err(SealError::TooLarge);
            }
        }
        let segment = SearchSegment {
            documents: self.0,
            terms,
        };
        let too_many = segment.documents.len() > MAX_SEGMENT_DOCUMENTS;
        if too_many || Zeroizing::new(segment.to_bytes()).len() > SearchSegment::MAX_LEN {
            return Err(SealError::TooLarge);
        }
        Ok(segment)
    }
}

fn write_term(terms: &mut Vec<u8>, word: &[u8], places: &[usize]) -> Result<(), SealError> {
    if word.is_empty() || word.len() > MAX_WORD_BYTES {
        return Err(SealError::TooLarge);
    }
    let mut postings = Vec::new();
    let mut before = 0;
    for place in places {
        write_number(&mut postings, place - before);
        before = *place;
    }
    terms.push(u8::try_from(word.len()).map_err(|_| SealError::TooLarge)?);
    terms.extend_from_slice(word);
    let len = u32::try_from(postings.len()).map_err(|_| SealError::TooLarge)?;
    terms.extend(len.to_be_bytes());
    terms.extend(postings);
    Ok(())
}

/// LEB128: seven bits a byte, the lowest first; the highest bit of a byte says that more follow.
fn write_number(bytes: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}

/// The entries of a byte string of terms, as far as they are well formed.
struct Terms<'a>(&'a [u8]);

impl<'a> Iterator for Terms<'a> {
    type Item = (&'a [u8], Places<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (&len, rest) = self.0.split_first()?;
        let (word, rest) = rest.split_at_checked(len.into())?;
        let (len, rest) = rest.split_first_chunk::<4>()?;
        let len = usize::try_from(u32::from_be_bytes(*len)).ok()?;
        let (postings, rest) = rest.split_at_checked(len)?;
        self.0 = rest;
        let places = Places {
            postings,
            before: None,
        };
        Some((word, places))
    }
}

/// The places of a word's documents, as far as they are well formed.
struct Places<'a> {
    postings: &'a [u8],
    before: Option<usize>,
}

impl Iterator for Places<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let (number, rest) = read_number(self.postings)?;
        let place = match self.before {
            None => number,
            Some(_) if number == 0 => return None,
            Some(before) => before + number,
        };
        self.postings = rest;
        self.before = Some(place);
        Some(place)
    }
}

/// A number below 2²¹, in as few bytes as it needs: no segment has as many documents.
fn read_number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0;
    for (at, byte) in bytes.iter().take(3).enumerate() {
        number |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            let shortest = at == 0 || *byte != 0;
            return shortest.then_some((number, &bytes[at + 1..]));
        }
    }
    None
}

/// Everything that [`SearchSegment`] promises of its terms.
fn check(terms: &[u8], documents: usize) -> Result<(), DecodeError> {
    let mut entries = Terms(terms);
    let mut before: &[u8] = &[];
    for (word, mut places) in &mut entries {
        let in_order = before < word && word.len() <= MAX_WORD_BYTES;
        let inside = places.by_ref().all(|place| place < documents);
        let whole = places.postings.is_empty() && places.before.is_some();
        if !in_order || !inside || !whole || std::str::from_utf8(word).is_err() {
            return Err(DecodeError::Value);
        }
        before = word;
    }
    if entries.0.is_empty() {
        Ok(())
    } else {
        Err(DecodeError::Malformed)
    }
}

impl Wire for SearchSegment {
    fn write(&self, writer: &mut Writer) {
        writer.array(2);
        self.documents.write(writer);
        writer.bytes(&self.terms);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_exact(2)?;
        let documents = Vec::<Document>::read(reader)?;
        let terms = reader.bytes(Self::MAX_LEN)?;
        if !documents.is_sorted_by(|one, next| one.key() < next.key()) {
            return Err(DecodeError::Value);
        }
        check(terms, documents.len())?;
        Ok(Self {
            documents,
            terms: Zeroizing::new(terms.to_vec()),
        })
    }
}

impl Canonical for SearchSegment {
    /// What is at most [`MAX_SEARCH_SEGMENT_BYTES`](zegel_protocol::limits::MAX_SEARCH_SEGMENT_BYTES) long
    /// when it is padded and sealed: just below 1 MiB, lengths are padded to multiples of 16 KiB.
    const MAX_LEN: usize = 63 * 16 * 1024 - 4;
}

#[cfg(test)]
mod tests;
