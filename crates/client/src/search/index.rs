//! The work in the background: one bounded step a call.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use zegel_api::{
    FindMessages, FindMessagesRequest, ListUnindexed, ListUnindexedRequest, MessageRow, SearchIndex,
};
use zegel_crypto::content::search::{Document, SearchSegment};
use zegel_protocol::{AccountId, MessageId, SearchSegmentId};

use super::pending::Pending;
use super::{Index, merge};
use crate::environment::{Step, Steps};
use crate::failure::Outcome;
use crate::session::SignedIn;
use crate::view::IndexedView;

/// Messages of a step.
const STEP: usize = 30;
/// Rows of a page of what is not indexed.
const PAGE: u16 = 100;
/// Pages that are looked at for messages that were not passed over.
const MAX_PAGES: usize = 20;
/// Messages fetched at the same time.
const AT_ONCE: usize = 6;
/// Messages that one request asks for.
const MAX_FOUND: usize = 100;

impl SignedIn {
    /// One step of keeping a mailbox's index: puts messages into it that are in none of its segments, at most 30; or,
    /// where there are none that open, makes one segment of several, or one without what is gone.
    ///
    /// # Errors
    /// [`Reason::NoAccess`](crate::view::Reason::NoAccess), and the server's.
    pub async fn index_messages(
        &self,
        mailbox: AccountId,
        steps: Steps<'_>,
    ) -> Outcome<IndexedView> {
        steps(Step::Contacting);
        let listed = self.search_index(mailbox).await?;
        let done = self.index_some(mailbox, &listed, steps).await?
            || self.rewrite_one(mailbox, &listed, steps).await?
            || self.merge_some(mailbox, &listed, steps).await?;
        let listed = if done {
            self.search_index(mailbox).await?
        } else {
            listed
        };
        let mut open = self.mailbox_mut(mailbox)?;
        if !open.index.kept {
            open.index.forget_segments();
        }
        let indexed = open.index.indexed(&listed);
        Ok(IndexedView {
            more: indexed.more && done,
            ..indexed
        })
    }

    /// Whether there was something to index.
    async fn index_some(
        &self,
        mailbox: AccountId,
        listed: &SearchIndex,
        steps: Steps<'_>,
    ) -> Outcome<bool> {
        if listed.unindexed == 0 {
            self.mailbox_mut(mailbox)?.index.pending.clear();
            return Ok(false);
        }
        let (rows, all) = self.unindexed(mailbox).await?;
        self.open_unindexed(mailbox, &rows, steps).await?;
        let pending: Vec<Pending> = {
            let open = self.mailbox(mailbox)?;
            let noted = rows.iter().filter_map(|row| open.index.noted(row));
            noted.cloned().collect()
        };
        let mut messages = Vec::with_capacity(pending.len());
        for pending in pending {
            messages.push(self.words_of(mailbox, pending).await?);
        }
        let mut put = true;
        for (segment, named) in segments_of(&messages) {
            steps(Step::Sealing);
            let stored = self
                .put_segment(mailbox, segment, named, Vec::new())
                .await?;
            put &= stored.is_some();
        }
        if put {
            let index = &mut self.mailbox_mut(mailbox)?.index;
            index.put.extend(messages.iter().map(|(it, _)| it.message));
            let put = &index.put;
            // Where all that is not indexed was listed, what waits still is indexed, or gone.
            index
                .pending
                .retain(|it| !all && !put.contains(&it.document.message));
        }
        Ok(put && !rows.is_empty())
    }

    /// Messages that no segment names and that were not passed over, and whether these are all of them.
    async fn unindexed(&self, mailbox: AccountId) -> Outcome<(Vec<MessageRow>, bool)> {
        let mut rows = Vec::new();
        let mut before = None;
        for _ in 0..MAX_PAGES {
            let request = ListUnindexedRequest {
                before,
                limit: PAGE,
            };
            let page = self
                .call_in::<ListUnindexed>(mailbox, &[], &request)
                .await?;
            let open = self.mailbox(mailbox)?;
            let (passed_over, put) = (&open.index.passed_over, &open.index.put);
            rows.extend(page.messages.into_iter().filter(|row| {
                !row.gone && !passed_over.contains(&row.message) && !put.contains(&row.message)
            }));
            before = page.next;
            if before.is_none() || rows.len() >= STEP {
                break;
            }
        }
        let all = before.is_none() && rows.len() <= STEP;
        rows.truncate(STEP);
        Ok((rows, all))
    }

    /// Opens what was not opened in this session, which notes its words; what does not open, or of which only the
    /// server says when it was sent, is passed over.
    async fn open_unindexed(
        &self,
        mailbox: AccountId,
        rows: &[MessageRow],
        steps: Steps<'_>,
    ) -> Outcome<()> {
        let unopened: Vec<&MessageRow> = {
            let open = self.mailbox(mailbox)?;
            let unopened = rows.iter().filter(|row| open.index.noted(row).is_none());
            unopened.collect()
        };
        let mut entries = Vec::new();
        let mut done = 0;
        for batch in unopened.chunks(AT_ONCE) {
            steps(Step::Batch {
                done,
                total: u32::try_from(unopened.len()).unwrap_or(u32::MAX),
            });
            let fetched = batch.iter().map(|row| self.fetch(mailbox, row.message));
            for (row, fetched) in batch.iter().zip(join_all(fetched).await) {
                done += 1;
                // What an earlier opening left saves a public-key operation.
                let listed = self.mailbox_mut(mailbox)?.take_entry(row).is_some();
                let (_, entry) = self.row_by_opening(mailbox, row, fetched).await?;
                entries.extend(entry.filter(|_| !listed));
                let mut open = self.mailbox_mut(mailbox)?;
                if open.index.noted(row).is_none() {
                    open.index.passed_over.insert(row.message);
                }
            }
        }
        self.pin_met_if_room().await?;
        self.put_list_entries(mailbox, &entries).await
    }

    /// Whether there was a segment that named something that is gone.
    async fn rewrite_one(
        &self,
        mailbox: AccountId,
        listed: &SearchIndex,
        steps: Steps<'_>,
    ) -> Outcome<bool> {
        let stale = self.mailbox(mailbox)?.index.to_rewrite(listed);
        let Some((id, left)) = stale else {
            return Ok(false);
        };
        self.open_segments(mailbox, &[id], steps).await?;
        let opened = self.mailbox(mailbox)?.index.segment(id).cloned();
        let Some(segment) = opened else {
            return Ok(self.mailbox(mailbox)?.index.is_closed(id));
        };
        let there = self.still_there(mailbox, &segment).await?;
        let kept = SearchSegment::merged(&[&segment], |it| there.contains(&it.message))?;
        let stored = self
            .put_segment(mailbox, kept, Vec::new(), vec![id])
            .await?;
        let Some(stored) = stored else {
            return Ok(false);
        };
        let mut open = self.mailbox_mut(mailbox)?;
        // Whatever the server says of it: again only where it names fewer than now.
        open.index.settled.insert(stored, left);
        Ok(true)
    }

    /// Those of a segment's messages that lie in the mailbox.
    async fn still_there(
        &self,
        mailbox: AccountId,
        segment: &SearchSegment,
    ) -> Outcome<BTreeSet<MessageId>> {
        let requests: Vec<FindMessagesRequest> = segment
            .documents()
            .chunks(MAX_FOUND)
            .map(|documents| FindMessagesRequest {
                messages: documents.iter().map(|it| it.message).collect(),
            })
            .collect();
        let mut there = BTreeSet::new();
        for batch in requests.chunks(AT_ONCE) {
            let found = batch
                .iter()
                .map(|request| self.call_in::<FindMessages>(mailbox, &[], request));
            for found in join_all(found).await {
                let rows = found?.messages.into_iter();
                there.extend(rows.filter(|row| !row.gone).map(|row| row.message));
            }
        }
        Ok(there)
    }

    /// Whether there were segments to make one of.
    async fn merge_some(
        &self,
        mailbox: AccountId,
        listed: &SearchIndex,
        steps: Steps<'_>,
    ) -> Outcome<bool> {
        let chosen = self.mailbox(mailbox)?.index.to_merge(listed);
        if chosen.is_empty() {
            return Ok(false);
        }
        self.open_segments(mailbox, &chosen, steps).await?;
        let (mut segments, closed) = {
            let open = self.mailbox(mailbox)?;
            let opened = chosen
                .iter()
                .filter_map(|id| Some((*id, open.index.segment(*id)?.clone())));
            let closed = chosen.iter().any(|id| open.index.is_closed(*id));
            (opened.collect::<Vec<_>>(), closed)
        };
        // Fewer, where places in a larger segment take more bytes than there is room for.
        while segments.len() > 1 {
            let parts: Vec<&SearchSegment> = segments.iter().map(|(_, it)| &**it).collect();
            let Ok(merged) = SearchSegment::merged(&parts, |_| true) else {
                segments.pop();
                continue;
            };
            steps(Step::Sealing);
            let replaces = segments.into_iter().map(|(id, _)| id).collect();
            let stored = self
                .put_segment(mailbox, merged, Vec::new(), replaces)
                .await?;
            return Ok(stored.is_some());
        }
        // Now it is known which do not open; others can be chosen without them.
        Ok(closed)
    }
}

impl Index {
    /// A message that waits, and is the one of this row.
    fn noted(&self, row: &MessageRow) -> Option<&Pending> {
        self.pending
            .iter()
            .find(|it| it.document.message == row.message && it.document.signed_message == row.hash)
    }

    /// A segment that names something that is gone, and how many that are not.
    pub(super) fn to_rewrite(&self, listed: &SearchIndex) -> Option<(SearchSegmentId, u32)> {
        let stale = listed.segments.iter().find(|it| {
            let settled = self.settled.get(&it.segment);
            it.stale
                && self.is_open_to_change(it.segment)
                && settled.is_none_or(|left| it.messages < *left)
        });
        stale.map(|it| (it.segment, it.messages))
    }

    /// Segments that are to become one.
    pub(super) fn to_merge(&self, listed: &SearchIndex) -> Vec<SearchSegmentId> {
        let segments = listed.segments.iter();
        merge::choose(&segments.filter(|it| self.is_open_to_change(it.segment)))
    }

    /// Neither one that does not open, nor one that was replaced and that the server lists all the same.
    fn is_open_to_change(&self, id: SearchSegmentId) -> bool {
        !self.is_closed(id) && !self.replaced.contains(&id)
    }
}

/// As few segments as hold these messages, each with the messages that it names.
fn segments_of(messages: &[(Document, BTreeSet<String>)]) -> Vec<(SearchSegment, Vec<MessageId>)> {
    if messages.is_empty() {
        return Vec::new();
    }
    match SearchSegment::of(messages) {
        Ok(segment) => {
            let named = messages.iter().map(|(document, _)| document.message);
            vec![(segment, named.collect())]
        }
        // One message alone always fits.
        Err(_) if messages.len() == 1 => Vec::new(),
        Err(_) => {
            let (one, other) = messages.split_at(messages.len() / 2);
            [segments_of(one), segments_of(other)].concat()
        }
    }
}

#[cfg(test)]
mod tests;
