//! What an administrator's client does by itself: checks that each escrow holds the account key it
//! should, and certifies the member's identity with what there is to rely on.

use zegel_api::{
    AccountKind, AccountStatus, MemberToCertify, MembersRequest, MembersToCertify, PutCertificates,
    PutCertificatesRequest,
};
use zegel_crypto::grant::{Subject, open_escrow};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::limits::MAX_CERTIFICATE_AGE_MS;
use zegel_protocol::{
    AccountId, AccountState, Address, CertificateMethod, Grant, Hash, IdentityKey, KeyCertificate,
    ManifestChain, Signed, Timestamp,
};

use crate::contacts::{certifies, compare_with};
use crate::environment::{Step, Steps};
use crate::failure::Outcome;
use crate::organisation::Administration;
use crate::session::SignedIn;
use crate::view::{CertifyReport, MemberView, Reason};

/// Members taken at once: the answer goes out before the next are asked for.
const BATCH: u16 = 50;

/// What became of one member.
enum Verdict {
    Certified(Box<Signed<KeyCertificate>>),
    /// The escrow does not open, or holds another key; its hash.
    Failed(Hash),
    /// The identity changed in a way that only a comparison can settle.
    NeedsComparison,
}

impl SignedIn {
    /// Renews the organisation's record where it is due, opens every escrow that waits, and issues
    /// certificates: method link where the member's proof fits their personal link, else server; a
    /// certificate for the same identity keeps its method. Then replaces the mailbox keys of
    /// functional accounts that somebody stepped down from. Without the account tier it only counts
    /// who waits.
    ///
    /// # Errors
    /// As [`SignedIn::organisation`]; `forbidden` for others than administrators.
    pub async fn certify_members(&self, steps: Steps<'_>) -> Outcome<CertifyReport> {
        self.refresh_organisation().await?;
        let unlocked = match self.with_administration(|_| Ok(())) {
            Ok(()) => true,
            Err(failure) if failure.reason == Reason::PasswordNeeded => false,
            Err(failure) => return Err(failure),
        };
        if unlocked {
            self.renew_record().await?;
        }
        let mut report = CertifyReport::default();
        let mut after = None;
        loop {
            steps(Step::Contacting);
            let request = MembersRequest {
                after,
                limit: BATCH,
            };
            let page = self.environment.call::<MembersToCertify>(&request).await?;
            if unlocked {
                let done = report.certified + report.failed;
                steps(Step::Batch {
                    done,
                    total: done + count(page.members.len()),
                });
                self.certify_page(&page.members, &mut report).await?;
            } else {
                report.waiting += count(page.members.len());
            }
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        self.rotate_pending(unlocked, steps, &mut report).await?;
        Ok(report)
    }

    /// Replaces the mailbox keys of functional accounts where somebody's access ended without that.
    /// One that fails does not stop the others.
    async fn rotate_pending(
        &self,
        unlocked: bool,
        steps: Steps<'_>,
        report: &mut CertifyReport,
    ) -> Outcome<()> {
        let mut pending = Vec::new();
        let mut after = None;
        loop {
            let kind = Some(AccountKind::Functional);
            let page = self.members(after, kind, None).await?;
            for row in page.members {
                if row.status == AccountStatus::Deleted {
                    continue;
                }
                let said = row.rotation_pending_since_ms.is_some();
                if said || (unlocked && self.hides_somebody(row.account).await?) {
                    pending.push(row.account);
                }
            }
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        if !unlocked {
            report.waiting += count(pending.len());
            return Ok(());
        }
        for (done, account) in pending.iter().enumerate() {
            steps(Step::Batch {
                done: count(done),
                total: count(pending.len()),
            });
            match self.rotate_mailbox(*account).await {
                Ok(_) => report.rotated += 1,
                Err(failure)
                    if matches!(failure.reason, Reason::Offline | Reason::PasswordNeeded) =>
                {
                    return Err(failure);
                }
                Err(_) => report.failed += 1,
            }
        }
        Ok(())
    }

    /// Whether somebody is on an account's signed roster whom the server does not list, whatever it
    /// says of a rotation. Asked until it was answered once in this session: a round is made every moment.
    async fn hides_somebody(&self, account: AccountId) -> Outcome<bool> {
        if self.own.borrow().rosters_compared.contains(&account) {
            return Ok(false);
        }
        match self.access(account).await {
            Ok(view) => {
                self.own.borrow_mut().rosters_compared.insert(account);
                Ok(view.unlisted > 0)
            }
            Err(failure) if failure.reason == Reason::Offline => Err(failure),
            // What is wrong with one account is said on its page, and stops no other.
            Err(_) => Ok(false),
        }
    }

    async fn certify_page(
        &self,
        members: &[MemberToCertify],
        report: &mut CertifyReport,
    ) -> Outcome<()> {
        let now = self.environment.now();
        let (certificates, mut failed) = self.with_administration(|administration| {
            let mut certificates = Vec::new();
            let mut failed = Vec::new();
            for member in members {
                match administration.judge(member, None, now) {
                    Verdict::Certified(certificate) => certificates.push(*certificate),
                    Verdict::Failed(escrow) => failed.push((member.account, escrow)),
                    Verdict::NeedsComparison => {}
                }
            }
            Ok((certificates, failed))
        })?;
        report.certified += count(certificates.len());
        report.failed += count(failed.len());
        // Each is reported once: the log is for events, not for every look.
        let mut reported = self.own.borrow().failed_escrows.clone();
        failed.retain(|(_, escrow)| reported.insert(*escrow));
        let accounts = failed.iter().map(|(account, _)| *account).collect();
        self.put_certificates(&certificates, accounts).await?;
        self.own.borrow_mut().failed_escrows = reported;
        Ok(())
    }

    async fn put_certificates(
        &self,
        certificates: &[Signed<KeyCertificate>],
        failed: Vec<AccountId>,
    ) -> Outcome<()> {
        if certificates.is_empty() && failed.is_empty() {
            return Ok(());
        }
        let organisation = self.own.borrow().require_organisation()?.org_id();
        let request = PutCertificatesRequest {
            certificates: certificates
                .iter()
                .map(|certificate| certificate.to_bytes().into())
                .collect(),
            failed,
            organisation,
        };
        self.environment.call::<PutCertificates>(&request).await?;
        Ok(())
    }

    /// Certifies a member after the administrator typed the safety number that the member read
    /// out. Opens the escrow first where no administrator has.
    ///
    /// # Errors
    /// [`Reason::NumberMismatch`]; [`Reason::NotAuthentic`] where the escrow is not of that
    /// identity. Nothing is certified then.
    pub async fn compare_member(&self, account: AccountId, typed: &str) -> Outcome<MemberView> {
        self.with_account(|_, _| Ok(()))?;
        self.refresh_organisation().await?;
        let member = self.get_member(account).await?;
        let state = Signed::<AccountState>::from_bytes(&member.state.0)?;
        state.verify(&state.statement.identity)?;
        if state.statement.account != account {
            return Err(Reason::NotAuthentic.into());
        }
        compare_with(&state.statement, typed)?;
        // A valid certificate says that an administrator has opened the escrow; the server's word
        // for that is not enough.
        let upgraded = self.upgrade(&member.certificate, &member.address, &state.statement);
        let certificate = match upgraded {
            Ok(certificate) => certificate,
            Err(failure) if failure.reason != Reason::NotAuthentic => return Err(failure),
            Err(_) => self.first_certificate(account, &member.state).await?,
        };
        self.put_certificates(std::slice::from_ref(&certificate), Vec::new())
            .await?;
        self.member(account).await
    }

    /// Opens the escrow of a member who waits for that, of the very state that was compared.
    async fn first_certificate(
        &self,
        account: AccountId,
        compared: &zegel_api::Bytes,
    ) -> Outcome<Signed<KeyCertificate>> {
        let waiting = self.waiting_member(account).await?;
        let waiting = waiting
            .filter(|waiting| waiting.state == *compared)
            .ok_or(Reason::NotAuthentic)?;
        let now = self.environment.now();
        let method = Some(CertificateMethod::Compared);
        self.with_administration(|administration| {
            match administration.judge(&waiting, method, now) {
                Verdict::Certified(certificate) => Ok(*certificate),
                _ => Err(Reason::NotAuthentic.into()),
            }
        })
    }

    /// A member whose escrow an administrator has checked already, as a valid certificate says.
    fn upgrade(
        &self,
        certificate: &Option<zegel_api::Bytes>,
        address: &Address,
        state: &AccountState,
    ) -> Outcome<Signed<KeyCertificate>> {
        let now = self.environment.now();
        let certificate = certificate.as_ref().ok_or(Reason::NotAuthentic)?;
        let certificate = Signed::<KeyCertificate>::from_bytes(&certificate.0)?;
        self.with_administration(|administration| {
            if !certifies(&certificate, administration.chain, state, now) {
                return Err(Reason::NotAuthentic.into());
            }
            Ok(administration.issue(state, address, CertificateMethod::Compared, now))
        })
    }

    async fn waiting_member(&self, account: AccountId) -> Outcome<Option<MemberToCertify>> {
        let mut after = None;
        loop {
            let request = MembersRequest {
                after,
                limit: BATCH,
            };
            let page = self.environment.call::<MembersToCertify>(&request).await?;
            let found = page.members.into_iter().find(|row| row.account == account);
            match (found, page.next) {
                (Some(member), _) => return Ok(Some(member)),
                (None, Some(next)) => after = Some(next),
                (None, None) => return Ok(None),
            }
        }
    }
}

impl Administration<'_> {
    /// Opens a member's escrow, compares the key in it, wipes it, and decides what can be said of
    /// the identity. `method` is what an administrator did about it just now.
    fn judge(
        &self,
        member: &MemberToCertify,
        method: Option<CertificateMethod>,
        now: Timestamp,
    ) -> Verdict {
        let failed = Verdict::Failed(Hash::of(&member.escrow.0));
        let Some(state) = self.member_state(member) else {
            return failed;
        };
        let state = &state.statement;
        let subject = Subject {
            account: state.account,
            epoch: state.epoch,
            identity: state.identity,
        };
        let Ok(escrow) = Grant::from_bytes(&member.escrow.0) else {
            return failed;
        };
        // The key that comes out is dropped, and wiped, in this statement.
        if open_escrow(&self.recovery_seed, self.chain, &subject, &escrow).is_err() {
            return failed;
        }
        let method = match (method, self.known_identity(member)) {
            (Some(method), _) => method,
            (None, Some((identity, method))) if identity == state.identity => method,
            (None, Some(_)) => return Verdict::NeedsComparison,
            (None, None) => self.provable_method(state, &member.address),
        };
        Verdict::Certified(Box::new(self.issue(state, &member.address, method, now)))
    }

    /// The member's state, where it is signed by the identity in it and joins this organisation.
    fn member_state(&self, member: &MemberToCertify) -> Option<Signed<AccountState>> {
        let state = Signed::<AccountState>::from_bytes(&member.state.0).ok()?;
        state.verify(&state.statement.identity).ok()?;
        let joined = state.statement.joined.as_ref()?;
        let manifest = self.chain.at(joined.version)?;
        let fits = state.statement.account == member.account
            && joined.org_id == self.chain.org_id()
            && manifest.hash() == joined.manifest;
        fits.then_some(state)
    }

    /// The identity that an administrator certified before, expired or not.
    fn known_identity(&self, member: &MemberToCertify) -> Option<(IdentityKey, CertificateMethod)> {
        let certificate = member.certificate.as_ref()?;
        let certificate = Signed::<KeyCertificate>::from_bytes(&certificate.0).ok()?;
        let said = &certificate.statement;
        let ours = said.account == member.account && issued_here(&certificate, self.chain);
        ours.then_some((said.identity, said.method))
    }

    /// Method link where the member's proof is that of the personal link of this very address,
    /// account and identity; else only the server vouches.
    fn provable_method(&self, state: &AccountState, address: &Address) -> CertificateMethod {
        let proof = state.joined.as_ref().and_then(|joined| joined.proof);
        let token = self.recovery_seed.join_token(self.chain.org_id(), address);
        match proof {
            Some(proof) if token.verify(state.account, &state.identity, &proof) => {
                CertificateMethod::Link
            }
            _ => CertificateMethod::Server,
        }
    }

    pub(crate) fn issue(
        &self,
        state: &AccountState,
        address: &Address,
        method: CertificateMethod,
        now: Timestamp,
    ) -> Signed<KeyCertificate> {
        let identity = self.tier.identity(self.own);
        let issuer = identity.public();
        identity.sign(KeyCertificate {
            org_id: self.chain.org_id(),
            manifest_version: self.chain.latest().version,
            account: state.account,
            addresses: vec![address.clone()],
            identity: state.identity,
            epoch: state.epoch,
            min_sequence: state.sequence,
            method,
            issued_at: now,
            expires_at: now.plus_ms(MAX_CERTIFICATE_AGE_MS),
            issuer,
        })
    }
}

/// Whether somebody who is an administrator still has signed a certificate, whenever that was.
fn issued_here(certificate: &Signed<KeyCertificate>, chain: &ManifestChain) -> bool {
    let said = &certificate.statement;
    said.org_id == chain.org_id()
        && chain.latest().has_administrator(&said.issuer)
        && certificate.verify(&said.issuer).is_ok()
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
