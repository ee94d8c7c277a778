use zegel_api::{CreateOrganisation, CreateOrganisationRequest};
use zegel_crypto::grant::{Granter, make_escrow};
use zegel_crypto::{RecoverySeed, blob};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::limits::MAX_CERTIFICATE_AGE_MS;
use zegel_protocol::{
    AccountState, Administrator, CertificateMethod, JoinMethod, Joined, KeyCertificate, Manifest,
    ManifestChain, Name, NameError, Policy, Signed,
};

use crate::environment::{Step, Steps};
use crate::failure::Outcome;
use crate::pins;
use crate::session::SignedIn;
use crate::view::{Failure, Field, OrganisationView, Reason};

/// An organisation that was just made here, before the server knows of it.
struct Founded {
    chain: ManifestChain,
    state: Signed<AccountState>,
    sealed_recovery_seed: Vec<u8>,
    request: CreateOrganisationRequest,
}

impl SignedIn {
    /// Creates an organisation with this account as its administrator, all or nothing.
    ///
    /// # Errors
    /// [`Reason::PasswordNeeded`] without the account tier, `already_member`.
    pub async fn create_organisation(
        &self,
        name: &str,
        steps: Steps<'_>,
    ) -> Outcome<OrganisationView> {
        let name = parse_name(name)?;
        steps(Step::Sealing);
        let founded = self.found(name)?;
        steps(Step::Contacting);
        self.environment
            .call::<CreateOrganisation>(&founded.request)
            .await?;
        {
            let mut own = self.own.borrow_mut();
            own.mailboxes.own.state = founded.state;
            own.organisation = Some(founded.chain.clone());
            own.offer = None;
            own.review = None;
            if let Some(tier) = &mut own.account_tier {
                tier.keep_recovery_seed(founded.sealed_recovery_seed);
            }
        }
        self.change_pins(|known| {
            pins::put_organization(known, &founded.chain, JoinMethod::Founder);
        })
        .await?;
        self.pin_own_state().await?;
        self.organisation().await
    }

    /// Makes the organisation's first record and recovery key, and joins it. The one escrow that
    /// needs no authentication: its recovery key was made on the line above.
    fn found(&self, name: Name) -> Outcome<Founded> {
        let now = self.environment.now();
        self.with_account(|own, tier| {
            let state = own.state();
            let identity = tier.identity(own);
            let seed = self.environment.with_rng(|rng| RecoverySeed::make(rng));
            let founder = Administrator {
                account: own.account,
                identity: identity.public(),
            };
            let genesis = identity.sign(Manifest::genesis(
                name,
                founder,
                seed.public(),
                Policy::default(),
                now,
            ));
            let chain = ManifestChain::verify(vec![genesis])?;
            let sealed_recovery_seed = self.environment.with_rng(|rng| {
                let generation = chain.latest().recovery_generation;
                let org_id = chain.org_id();
                blob::seal_recovery_seed(&tier.key, state.epoch, org_id, generation, &seed, rng)
            })?;
            let granter = Granter {
                account: own.account,
                identity: &identity,
                time: now,
            };
            let escrow = self.environment.with_rng(|rng| {
                make_escrow(
                    &granter,
                    own.account,
                    state.epoch,
                    &tier.key,
                    &chain,
                    None,
                    rng,
                )
            })?;
            let state = identity.sign(AccountState {
                joined: Some(Joined {
                    org_id: chain.org_id(),
                    version: 0,
                    manifest: chain.head_hash(),
                    method: JoinMethod::Founder,
                    proof: None,
                }),
                ..own.next_state()
            });
            let certificate = identity.sign(KeyCertificate {
                org_id: chain.org_id(),
                manifest_version: 0,
                account: own.account,
                addresses: vec![own.address.clone()],
                identity: identity.public(),
                epoch: state.statement.epoch,
                min_sequence: state.statement.sequence,
                method: CertificateMethod::Compared,
                issued_at: now,
                expires_at: now.plus_ms(MAX_CERTIFICATE_AGE_MS),
                issuer: identity.public(),
            });
            let request = CreateOrganisationRequest {
                genesis: chain.latest_signed().to_bytes().into(),
                recovery_seed: sealed_recovery_seed.clone().into(),
                escrow: escrow.to_bytes().into(),
                state: state.to_bytes().into(),
                certificate: certificate.to_bytes().into(),
            };
            Ok(Founded {
                chain,
                state,
                sealed_recovery_seed,
                request,
            })
        })
    }
}

/// Reads the name of a person or organisation.
pub(crate) fn parse_name(name: &str) -> Outcome<Name> {
    Name::try_from(name.trim()).map_err(|error| {
        let reason = match error {
            NameError::Empty => Reason::Empty,
            NameError::TooLong => Reason::TooLong,
            _ => Reason::Malformed,
        };
        Failure::of(Field::Name, reason)
    })
}
