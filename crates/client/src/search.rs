//! Searching a mailbox. What its messages say is in an index of sealed segments, which clients build while they
//! open messages: the server knows which segment names a message, and no word of either.
//!
//! The index is a hint, since everybody with access to the mailbox can write it: what it finds are rows, and they
//! are judged as those of a list are.

mod index;
mod merge;
mod pending;
mod segments;
mod words;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use zegel_api::{Empty, FindMessages, FindMessagesRequest, GetSearchIndex, SearchIndex};
use zegel_crypto::content::search::Document;
use zegel_protocol::{AccountId, Hash, MessageId, SearchSegmentId, Timestamp};

use self::pending::Pending;
use self::segments::Opened;
use crate::environment::{Step, Steps};
use crate::failure::Outcome;
use crate::messages::Asked;
use crate::session::SignedIn;
use crate::view::{Condition, IndexedView, MessageRowView, SearchView};

/// Rows of a page.
const PAGE: usize = 30;
/// Pages that are looked at for one that is not empty: what was deleted is found and not shown.
const MAX_PAGES: usize = 10;
/// Most segments that are searched, the largest first: 256 MiB in memory.
const MAX_SEARCHED: usize = 256;

/// What this session knows of a mailbox's search index.
#[derive(Default)]
pub(crate) struct Index {
    opened: BTreeMap<SearchSegmentId, Opened>,
    /// The mailbox was searched last: its segments stay in memory.
    kept: bool,
    /// Messages that the server may not know in a segment yet; they are searched all the same.
    pending: VecDeque<Pending>,
    /// Messages that did not open in this session.
    passed_over: BTreeSet<MessageId>,
    /// Messages that this session put into a segment: not again, whatever the server says.
    put: BTreeSet<MessageId>,
    /// Segments that this session made another of: not again.
    replaced: BTreeSet<SearchSegmentId>,
    /// Segments that were made without what is gone, and how many messages were left then.
    settled: BTreeMap<SearchSegmentId, u32>,
}

/// A message that has the words, by the index.
struct Hit {
    message: MessageId,
    /// Hashes that the index has of it: one, where nobody made any up.
    hashes: Vec<Hash>,
    sent_at: Timestamp,
}

impl SignedIn {
    /// Looks for messages in which each word of a query is the beginning of a word, in all folders; newest first,
    /// without the first `skip`. What this mailbox's index does not have yet is not found.
    ///
    /// # Errors
    /// [`Reason::NoAccess`](crate::view::Reason::NoAccess), and the server's.
    pub async fn search(
        &self,
        mailbox: AccountId,
        query: &str,
        skip: u32,
        steps: Steps<'_>,
    ) -> Outcome<SearchView> {
        steps(Step::Contacting);
        let listed = self.search_index(mailbox).await?;
        let words = words::of_query(query);
        if words.is_empty() {
            let indexed = self.mailbox(mailbox)?.index.indexed(&listed);
            return Ok(SearchView {
                indexed,
                ..SearchView::default()
            });
        }
        self.keep_index(mailbox);
        let mut largest: Vec<_> = listed.segments.iter().collect();
        largest.sort_by_key(|segment| Reverse(segment.size_bytes));
        let searched: Vec<_> = largest
            .into_iter()
            .take(MAX_SEARCHED)
            .map(|segment| segment.segment)
            .collect();
        self.open_segments(mailbox, &searched, steps).await?;
        let (hits, indexed) = {
            let open = self.mailbox(mailbox)?;
            (open.index.find(&words), open.index.searched(&listed))
        };
        let mut at = usize::try_from(skip).unwrap_or(usize::MAX);
        let mut rows = Vec::new();
        for _ in 0..MAX_PAGES {
            let page: Vec<&Hit> = hits.iter().skip(at).take(PAGE).collect();
            if page.is_empty() || !rows.is_empty() {
                break;
            }
            at += page.len();
            rows = self.rows_found(mailbox, &page, steps).await?;
        }
        let more = at < hits.len();
        Ok(SearchView {
            rows,
            found: u32::try_from(hits.len()).unwrap_or(u32::MAX),
            next: more.then(|| u32::try_from(at).unwrap_or(u32::MAX)),
            indexed,
        })
    }

    /// What the server has of the index; what it has not any more is forgotten here.
    async fn search_index(&self, mailbox: AccountId) -> Outcome<SearchIndex> {
        let listed = self
            .call_in::<GetSearchIndex>(mailbox, &[], &Empty {})
            .await?;
        self.load_history(mailbox).await?;
        let there: BTreeSet<_> = listed.segments.iter().map(|it| it.segment).collect();
        let mut open = self.mailbox_mut(mailbox)?;
        open.index.opened.retain(|id, _| there.contains(id));
        open.index.settled.retain(|id, _| there.contains(id));
        Ok(listed)
    }

    /// Keeps the segments of this mailbox in memory from now on, and of no other.
    fn keep_index(&self, mailbox: AccountId) {
        let mut own = self.own.borrow_mut();
        let mailboxes = &mut own.mailboxes;
        for open in std::iter::once(&mut mailboxes.own).chain(mailboxes.others.values_mut()) {
            open.index.kept = open.account == mailbox;
            if !open.index.kept {
                open.index.forget_segments();
            }
        }
    }

    /// The rows of these messages as they lie in the mailbox now, newest first.
    async fn rows_found(
        &self,
        mailbox: AccountId,
        hits: &[&Hit],
        steps: Steps<'_>,
    ) -> Outcome<Vec<MessageRowView>> {
        let hashes: BTreeMap<MessageId, &[Hash]> = hits
            .iter()
            .map(|hit| (hit.message, hit.hashes.as_slice()))
            .collect();
        let request = FindMessagesRequest {
            messages: hashes.keys().copied().collect(),
        };
        let mut listed = self
            .call_in::<FindMessages>(mailbox, &[], &request)
            .await?
            .messages;
        listed.retain(|row| hashes.contains_key(&row.message) && !row.gone);
        // Either the index is wrong of it or the server is: the message itself says which.
        let mut disputed = BTreeSet::new();
        for row in &mut listed {
            if !hashes[&row.message].contains(&row.hash) {
                row.list_entry = None;
                disputed.insert(row.message);
            }
        }
        let mut rows = self.rows(mailbox, Asked::Anywhere, listed, steps).await?;
        rows.retain(|row| {
            let by_a_wrong_index =
                disputed.contains(&row.message) && row.condition == Condition::Authentic;
            row.condition != Condition::Gone && !by_a_wrong_index
        });
        rows.sort_by_key(|row| Reverse(row.sent_at_ms));
        Ok(rows)
    }
}

impl Index {
    /// What has all the words, newest first.
    fn find(&self, beginnings: &[String]) -> Vec<Hit> {
        let mut hits = BTreeMap::<MessageId, Hit>::new();
        let mut add = |document: &Document| {
            let hit = hits.entry(document.message).or_insert_with(|| Hit {
                message: document.message,
                hashes: Vec::new(),
                sent_at: document.sent_at,
            });
            hit.hashes.push(document.signed_message);
        };
        for id in self.opened.keys() {
            if let Some(segment) = self.segment(*id) {
                segment.find(beginnings).for_each(&mut add);
            }
        }
        for pending in &self.pending {
            if pending.has(beginnings) {
                add(&pending.document);
            }
        }
        let mut hits: Vec<Hit> = hits.into_values().collect();
        hits.sort_by_key(|hit| (Reverse(hit.sent_at), hit.message));
        hits
    }

    /// How much a search sees, of what the server says there is.
    fn searched(&self, listed: &SearchIndex) -> IndexedView {
        let opened: Vec<_> = listed
            .segments
            .iter()
            .filter_map(|it| Some((it.messages, self.segment(it.segment)?)))
            .collect();
        let in_segments: usize = opened
            .iter()
            .map(|(left, segment)| segment.documents().len().min(to_usize(*left)))
            .sum();
        let pending = self.pending.iter().filter(|it| {
            let message = it.document.message;
            !opened.iter().any(|(_, segment)| segment.names(message))
        });
        self.view(listed, in_segments + pending.count())
    }

    /// How much is in the index, as far as that is known without opening every segment.
    fn indexed(&self, listed: &SearchIndex) -> IndexedView {
        let in_segments = listed.segments.iter().map(|it| {
            let left = to_usize(it.messages);
            match self.segment(it.segment) {
                Some(segment) => segment.documents().len().min(left),
                None if self.is_closed(it.segment) => 0,
                None => left,
            }
        });
        self.view(listed, in_segments.sum())
    }

    fn view(&self, listed: &SearchIndex, searched: usize) -> IndexedView {
        let in_segments = listed.segments.iter().map(|it| u64::from(it.messages));
        let total = in_segments.sum::<u64>() + u64::from(listed.unindexed);
        let total = u32::try_from(total).unwrap_or(u32::MAX);
        let more = to_usize(listed.unindexed) > self.passed_over.len()
            || self.to_rewrite(listed).is_some()
            || !self.to_merge(listed).is_empty();
        IndexedView {
            searched: u32::try_from(searched).unwrap_or(u32::MAX).min(total),
            total,
            more,
        }
    }

    fn forget_segments(&mut self) {
        self.opened
            .retain(|_, opened| matches!(opened, Opened::Closed(_)));
    }
}

fn to_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
