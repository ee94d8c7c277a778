//! OPAQUE, as every flow that takes a password runs it.

use icu_normalizer::ComposingNormalizerBorrowed;
use zegel_api::{
    RegistrationResponse, Session, SignInFinish, SignInFinishRequest, SignInStart,
    SignInStartRequest,
};
use zegel_auth::{
    ClientLogin, ClientRegistration, CredentialResponse, ExportKey, RegistrationRecord,
};
use zegel_protocol::Address;
use zeroize::Zeroizing;

use crate::environment::{Environment, Step, Steps};
use crate::failure::Outcome;
use crate::view::{Failure, Field, Reason};

/// A password as OPAQUE gets it: UTF-8 in normalisation form C, so that another keyboard's "é" is
/// the same letter.
fn normalised(password: &str) -> Zeroizing<String> {
    let normaliser = ComposingNormalizerBorrowed::new_nfc();
    Zeroizing::new(normaliser.normalize(password).into_owned())
}

/// Proves a password to the server and has the server prove itself. Gives the new session and what
/// the password unlocks.
pub(crate) async fn authenticate(
    environment: &Environment,
    address: &Address,
    password: &str,
    steps: Steps<'_>,
) -> Outcome<(Session, ExportKey)> {
    if password.is_empty() {
        return Err(Failure::of(Field::Password, Reason::Empty));
    }
    let password = normalised(password);
    let (login, request) =
        environment.with_rng(|rng| ClientLogin::start(password.as_bytes(), rng))?;
    steps(Step::Contacting);
    let start = SignInStartRequest {
        address: address.clone(),
        credential_request: request.as_bytes().to_vec().into(),
    };
    let answer = environment.call::<SignInStart>(&start).await?;
    let response = CredentialResponse::try_from(answer.credential_response.0.as_slice())
        .map_err(|_| Reason::Protocol)?;
    steps(Step::DerivingKeys);
    let proved = environment.with_rng(|rng| login.finish(&response, rng))?;
    steps(Step::Contacting);
    let finish = SignInFinishRequest {
        login: answer.login,
        credential_finalization: proved.finalization.as_bytes().to_vec().into(),
    };
    let session = environment.call::<SignInFinish>(&finish).await?;
    if session.address != *address {
        return Err(Reason::NotAuthentic.into());
    }
    Ok((session, proved.export_key))
}

/// A new password on its way to the server.
pub(crate) struct Registration {
    waiting: ClientRegistration,
    /// OPAQUE `RegistrationRequest`.
    pub(crate) request: Vec<u8>,
}

impl Registration {
    pub(crate) fn start(environment: &Environment, password: &str) -> Outcome<Self> {
        let password = normalised(password);
        let (waiting, request) =
            environment.with_rng(|rng| ClientRegistration::start(password.as_bytes(), rng))?;
        Ok(Self {
            waiting,
            request: request.as_bytes().to_vec(),
        })
    }

    /// Runs Argon2id.
    pub(crate) fn finish(
        self,
        environment: &Environment,
        response: &RegistrationResponse,
    ) -> Outcome<(RegistrationRecord, ExportKey)> {
        let response =
            zegel_auth::RegistrationResponse::try_from(response.registration_response.0.as_slice())
                .map_err(|_| Reason::Protocol)?;
        Ok(environment.with_rng(|rng| self.waiting.finish(&response, rng))?)
    }
}
