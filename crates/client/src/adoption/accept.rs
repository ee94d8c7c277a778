use zegel_api::{AcceptAdoption, AcceptAdoptionRequest, ErrorCode};
use zegel_crypto::grant::{Granter, make_escrow};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{AccountState, Grant, Joined, Signed};

use super::Authenticated;
use crate::environment::{Step, Steps};
use crate::failure::Outcome;
use crate::pins::{self, NextPins};
use crate::session::SignedIn;
use crate::view::{Failure, Reason};

/// How often joining is tried again when the record or the pins change at the same time.
const MAX_TRIES: u32 = 3;

/// What goes to the server in one request.
struct Joining {
    escrow: Grant,
    state: Signed<AccountState>,
    pins: NextPins,
}

impl SignedIn {
    /// Joins an organisation, all or nothing: escrows the account key to the recovery key in its
    /// record, states the membership, and pins the organisation. The record is followed forward to
    /// what it is at this moment, and verified once more.
    ///
    /// # Errors
    /// [`Reason::PasswordNeeded`] without the account tier; [`Reason::Adoption`] where the record
    /// no longer adopts; `domain_released` where the server says so first.
    pub async fn accept(&self, organisation: Authenticated, steps: Steps<'_>) -> Outcome<()> {
        self.with_account(|_, _| Ok(()))?;
        let mut organisation = organisation;
        for _ in 0..MAX_TRIES {
            steps(Step::Contacting);
            organisation = organisation.follow(self).await?;
            steps(Step::Sealing);
            let joining = self.seal_to(&organisation)?;
            let request = AcceptAdoptionRequest {
                escrow: joining.escrow.to_bytes().into(),
                state: joining.state.to_bytes().into(),
                replaces_pins: joining.pins.replaces,
                pins: joining.pins.sealed.clone().into(),
            };
            steps(Step::Contacting);
            match self.environment.call::<AcceptAdoption>(&request).await {
                Ok(_) => {
                    {
                        let mut own = self.own.borrow_mut();
                        own.mailboxes.own.state = joining.state;
                        own.organisation = Some(organisation.into_chain());
                        own.offer = None;
                        own.review = None;
                    }
                    return self.settle_pins(joining.pins).await;
                }
                Err(failure) if is(&failure, ErrorCode::StaleStatement) => {}
                Err(failure) if is(&failure, ErrorCode::Conflict) => self.reload_pins().await?,
                Err(failure) => return Err(failure),
            }
        }
        Err(Reason::Server(ErrorCode::Conflict).into())
    }

    /// The one place where an account key is sealed to an organisation that is not one's own
    /// making. It takes nothing but an authenticated one.
    fn seal_to(&self, organisation: &Authenticated) -> Outcome<Joining> {
        let now = self.environment.now();
        let chain = organisation.chain();
        let (escrow, state) = self.with_account(|own, tier| {
            let identity = tier.identity(own);
            let granter = Granter {
                account: own.account,
                identity: &identity,
                time: now,
            };
            let epoch = own.state().epoch;
            let escrow = self.environment.with_rng(|rng| {
                make_escrow(&granter, own.account, epoch, &tier.key, chain, None, rng)
            })?;
            let proof = organisation
                .token()
                .map(|token| token.proof(own.account, &identity.public()));
            let state = identity.sign(AccountState {
                joined: Some(Joined {
                    org_id: chain.org_id(),
                    version: chain.latest().version,
                    manifest: chain.head_hash(),
                    method: organisation.method(),
                    proof,
                }),
                ..own.next_state()
            });
            Ok((escrow, state))
        })?;
        let address = self.own.borrow().address.clone();
        let pins = self
            .next_pins(|known| {
                pins::put_organization(known, chain, organisation.method());
                pins::put_own(known, &state, &address);
            })?
            .ok_or(Reason::Internal)?;
        Ok(Joining {
            escrow,
            state,
            pins,
        })
    }
}

fn is(failure: &Failure, code: ErrorCode) -> bool {
    failure.reason == Reason::Server(code)
}
