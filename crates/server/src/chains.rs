use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use zegel_protocol::{Canonical as _, Manifest, ManifestChain, OrgId, Signed};
use zegel_storage::Store;

use crate::error::{Error, Result};

/// Organisations whose chains are kept at a time.
const KEPT: usize = 256;
/// Manifests loaded at a time.
const PAGE: u16 = 500;

/// The organisations' chains, verified from the genesis on: the database is not the server. What was
/// verified once is kept, so that a long chain costs its signatures once.
#[derive(Default)]
pub(crate) struct Chains(Mutex<HashMap<OrgId, Arc<ManifestChain>>>);

impl Chains {
    /// The chain up to the newest manifest stored.
    pub(crate) async fn newest(
        &self,
        store: &Store,
        organisation: OrgId,
    ) -> Result<Arc<ManifestChain>> {
        let known = self.lock().get(&organisation).cloned();
        let chain = follow(known, store, organisation).await;
        let mut kept = self.lock();
        match &chain {
            Ok(chain) => {
                let newer = kept.get(&organisation);
                if newer.is_none_or(|kept| kept.latest().version <= chain.latest().version) {
                    if kept.len() >= KEPT {
                        kept.clear();
                    }
                    kept.insert(organisation, chain.clone());
                }
            }
            // What does not fit together is looked at anew.
            Err(_) => {
                kept.remove(&organisation);
            }
        }
        chain
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<OrgId, Arc<ManifestChain>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of a chain, with what is stored since.
async fn follow(
    known: Option<Arc<ManifestChain>>,
    store: &Store,
    organisation: OrgId,
) -> Result<Arc<ManifestChain>> {
    let from = known.as_ref().map_or(0, |chain| chain.latest().version + 1);
    let newer = load(store, organisation, from).await?;
    let chain = match known {
        None => Arc::new(ManifestChain::verify(newer).map_err(Error::internal)?),
        Some(chain) if newer.is_empty() => chain,
        Some(mut chain) => {
            Arc::make_mut(&mut chain)
                .extend(newer)
                .map_err(Error::internal)?;
            chain
        }
    };
    if chain.org_id() != organisation {
        return Err(Error::internal("a stored chain is another organisation's"));
    }
    Ok(chain)
}

/// Signed manifests from a version on.
async fn load(store: &Store, organisation: OrgId, from: u32) -> Result<Vec<Signed<Manifest>>> {
    let mut signed = Vec::new();
    let mut next = from;
    loop {
        let page = store.list_manifests(organisation, next, PAGE).await?;
        for bytes in &page.rows {
            signed.push(Signed::from_bytes(bytes).map_err(Error::internal)?);
        }
        if page.next.is_none() {
            return Ok(signed);
        }
        next += u32::from(PAGE);
    }
}
