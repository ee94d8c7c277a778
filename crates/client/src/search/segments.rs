//! Segments between the server and this memory.

use std::rc::Rc;

use futures_util::future::join_all;
use zegel_api::{ErrorCode, PutSearchSegment, PutSearchSegmentRequest, SEARCH_SEGMENT, fill};
use zegel_crypto::content::search::SearchSegment;
use zegel_crypto::{blob, make_id};
use zegel_protocol::{AccountId, MessageId, SearchSegmentId};

use super::Index;
use crate::environment::{Step, Steps};
use crate::failure::Outcome;
use crate::mailbox::OpenMailbox;
use crate::session::SignedIn;
use crate::view::Reason;

/// Segments fetched at the same time.
const AT_ONCE: usize = 4;

/// A segment as this session opened it.
pub(super) enum Opened {
    /// It did.
    Segment(Rc<SearchSegment>),
    /// It did not, with any key up to that of this generation: it is passed over.
    Closed(u32),
}

impl SignedIn {
    /// Fetches and opens segments that are not at hand.
    ///
    /// # Errors
    /// The server's. A segment that is not there any more, or does not open, is none.
    pub(super) async fn open_segments(
        &self,
        mailbox: AccountId,
        wanted: &[SearchSegmentId],
        steps: Steps<'_>,
    ) -> Outcome<()> {
        let missing: Vec<SearchSegmentId> = {
            let open = self.mailbox(mailbox)?;
            let newest = open.tier.newest()?.0;
            let missing = wanted.iter().filter(|id| open.index.wants(**id, newest));
            missing.copied().collect()
        };
        let mut done = 0;
        for batch in missing.chunks(AT_ONCE) {
            steps(Step::Batch {
                done,
                total: u32::try_from(missing.len()).unwrap_or(u32::MAX),
            });
            let fetched = join_all(batch.iter().map(|id| self.fetch_segment(mailbox, *id))).await;
            for (id, sealed) in batch.iter().zip(fetched) {
                done += 1;
                let Some(sealed) = sealed? else { continue };
                let mut open = self.mailbox_mut(mailbox)?;
                let opened = open.open_segment(*id, &sealed)?;
                open.index.opened.insert(*id, opened);
            }
        }
        Ok(())
    }

    /// None where somebody put another in its place meanwhile.
    async fn fetch_segment(
        &self,
        mailbox: AccountId,
        segment: SearchSegmentId,
    ) -> Outcome<Option<Vec<u8>>> {
        let path = fill(
            SEARCH_SEGMENT,
            &[&mailbox.to_string(), &segment.to_string()],
        );
        match self.environment.get_bytes(path).await {
            Ok(sealed) => Ok(Some(sealed)),
            Err(failure) if failure.reason == Reason::Server(ErrorCode::NotFound) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Stores a segment in the place of others, and gives its id; none where somebody else did that work meanwhile,
    /// or the mailbox has too many.
    ///
    /// # Errors
    /// The server's.
    pub(super) async fn put_segment(
        &self,
        mailbox: AccountId,
        segment: SearchSegment,
        messages: Vec<MessageId>,
        replaces: Vec<SearchSegmentId>,
    ) -> Outcome<Option<SearchSegmentId>> {
        let id: SearchSegmentId = self.environment.with_rng(|rng| make_id(rng));
        let sealed = {
            let open = self.mailbox(mailbox)?;
            let (generation, key) = open.tier.newest()?;
            self.environment.with_rng(|rng| {
                blob::seal_search_segment(key, mailbox, generation, id, &segment, rng)
            })?
        };
        let documents = segment.documents();
        let named = documents.chunk_by(|one, next| one.message == next.message);
        let request = PutSearchSegmentRequest {
            sealed: sealed.into(),
            documents: u32::try_from(named.count()).unwrap_or(u32::MAX),
            messages,
            replaces,
        };
        let put = self
            .call_in::<PutSearchSegment>(mailbox, &[&id.to_string()], &request)
            .await;
        match put {
            Ok(_) => {}
            Err(failure) => {
                return match failure.reason {
                    Reason::Server(ErrorCode::Conflict | ErrorCode::Quota) => Ok(None),
                    _ => Err(failure),
                };
            }
        }
        let mut open = self.mailbox_mut(mailbox)?;
        for replaced in request.replaces {
            open.index.opened.remove(&replaced);
            open.index.replaced.insert(replaced);
        }
        if open.index.kept {
            let opened = Opened::Segment(Rc::new(segment));
            open.index.opened.insert(id, opened);
        }
        Ok(Some(id))
    }
}

impl OpenMailbox {
    fn open_segment(&self, id: SearchSegmentId, sealed: &[u8]) -> Outcome<Opened> {
        let opened = self.tier.newest_first().find_map(|(generation, key)| {
            blob::open_search_segment(key, self.account, generation, id, sealed).ok()
        });
        Ok(match opened {
            Some(segment) => Opened::Segment(Rc::new(segment)),
            None => Opened::Closed(self.tier.newest()?.0),
        })
    }
}

impl Index {
    /// Whether it is not at hand, and may open.
    fn wants(&self, id: SearchSegmentId, newest: u32) -> bool {
        match self.opened.get(&id) {
            None => true,
            Some(Opened::Segment(_)) => false,
            Some(Opened::Closed(generation)) => *generation < newest,
        }
    }

    /// A segment that opened.
    pub(super) fn segment(&self, id: SearchSegmentId) -> Option<&Rc<SearchSegment>> {
        match self.opened.get(&id)? {
            Opened::Segment(segment) => Some(segment),
            Opened::Closed(_) => None,
        }
    }

    /// A segment that was looked at and did not open.
    pub(super) fn is_closed(&self, id: SearchSegmentId) -> bool {
        matches!(self.opened.get(&id), Some(Opened::Closed(_)))
    }
}
