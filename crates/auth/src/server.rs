use hmac::{Hmac, KeyInit as _, Mac as _};
use opaque_ke::{Identifiers, ServerLoginParameters};
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::rng::Adapter;
use crate::suite::{CONTEXT, Suite};
use crate::{
    AuthError, CredentialFinalization, CredentialRequest, CredentialResponse, MessageLength,
    RegistrationRecord, RegistrationRequest, RegistrationResponse,
};

/// The server's long-term secrets: OPRF seed and key pair. One for all servers of an installation;
/// losing it makes every password useless.
pub struct ServerSetup(opaque_ke::ServerSetup<Suite>);

impl std::fmt::Debug for ServerSetup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServerSetup(..)")
    }
}

impl ServerSetup {
    /// Length of the serialised form in bytes: OPRF seed, private key, public key of the fake
    /// record.
    pub const LEN: usize = 64 + 32 + 32;

    /// Makes new secrets.
    #[must_use]
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self(opaque_ke::ServerSetup::new(&mut Adapter(rng)))
    }

    /// The secrets, to be stored where only the server reads them.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.serialize().to_vec())
    }

    /// Reads stored secrets.
    ///
    /// # Errors
    /// [`AuthError::Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AuthError> {
        if bytes.len() != Self::LEN {
            return Err(AuthError::Malformed);
        }
        Ok(Self(opaque_ke::ServerSetup::deserialize(bytes)?))
    }

    /// The credential identifier for an address that has no account: as long as an account id, and
    /// always the same, so that asking twice does not give it away.
    #[must_use]
    pub fn identifier_of_unknown(&self, address: &str) -> [u8; 16] {
        let secret = self.to_bytes();
        let mut identifier = [0; 16];
        // HMAC takes keys of any length, so this never takes the other branch.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&secret) {
            mac.update(b"zegel/v1/opaque/unknown");
            mac.update(address.as_bytes());
            let tag = mac.finalize().into_bytes();
            for (to, from) in identifier.iter_mut().zip(tag) {
                *to = from;
            }
        }
        identifier
    }
}

/// Registration on the server. It keeps no state between the steps.
#[derive(Debug)]
pub struct ServerRegistration;

impl ServerRegistration {
    /// Answers a registration request. `credential_identifier` is the account id.
    ///
    /// # Errors
    /// [`AuthError::Malformed`].
    pub fn start(
        setup: &ServerSetup,
        request: &RegistrationRequest,
        credential_identifier: &[u8],
    ) -> Result<RegistrationResponse, AuthError> {
        let request = opaque_ke::RegistrationRequest::deserialize(request.as_bytes())?;
        let start = opaque_ke::ServerRegistration::<Suite>::start(
            &setup.0,
            request,
            credential_identifier,
        )?;
        RegistrationResponse::try_from(start.message.serialize().as_slice())
            .map_err(|_| AuthError::Malformed)
    }

    /// Checks the record that a client sends, before it is stored as it is.
    ///
    /// # Errors
    /// [`AuthError::Malformed`].
    pub fn finish(record: &RegistrationRecord) -> Result<(), AuthError> {
        opaque_ke::RegistrationUpload::<Suite>::deserialize(record.as_bytes())?;
        Ok(())
    }
}

/// The state of a sign-in between its two steps, for the database: any server can finish it.
/// Secret while it lives, and good for one attempt: whoever loads it deletes it.
#[derive(Clone)]
pub struct ServerLoginState(Zeroizing<[u8; 128]>);

impl std::fmt::Debug for ServerLoginState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServerLoginState(..)")
    }
}

impl ServerLoginState {
    /// Length in bytes.
    pub const LEN: usize = 128;

    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 128] {
        &self.0
    }
}

impl TryFrom<&[u8]> for ServerLoginState {
    type Error = MessageLength;

    fn try_from(bytes: &[u8]) -> Result<Self, MessageLength> {
        bytes
            .try_into()
            .map(|bytes| Self(Zeroizing::new(bytes)))
            .map_err(|_| MessageLength {
                expected: Self::LEN,
            })
    }
}

/// Sign-in on the server.
#[derive(Debug)]
pub struct ServerLogin;

impl ServerLogin {
    /// Answers a sign-in request. Without a record the answer is made from a fake one
    /// (RFC 9807, section 10.9): same length, same work, and the client fails at the password.
    ///
    /// # Errors
    /// [`AuthError::Malformed`].
    pub fn start(
        setup: &ServerSetup,
        record: Option<&RegistrationRecord>,
        request: &CredentialRequest,
        credential_identifier: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<(CredentialResponse, ServerLoginState), AuthError> {
        let record = record
            .map(|record| opaque_ke::ServerRegistration::deserialize(record.as_bytes()))
            .transpose()?;
        let request = opaque_ke::CredentialRequest::deserialize(request.as_bytes())?;
        let start = opaque_ke::ServerLogin::<Suite>::start(
            &mut Adapter(rng),
            &setup.0,
            record,
            request,
            credential_identifier,
            parameters(),
        )?;
        let response = CredentialResponse::try_from(start.message.serialize().as_slice())
            .map_err(|_| AuthError::Malformed)?;
        let state = ServerLoginState::try_from(start.state.serialize().as_slice())
            .map_err(|_| AuthError::Malformed)?;
        Ok((response, state))
    }

    /// Checks that the client knew the password.
    ///
    /// # Errors
    /// [`AuthError::Denied`] where it did not.
    pub fn finish(
        state: ServerLoginState,
        finalization: &CredentialFinalization,
    ) -> Result<(), AuthError> {
        let login = opaque_ke::ServerLogin::<Suite>::deserialize(state.as_bytes())?;
        drop(state);
        let finalization = opaque_ke::CredentialFinalization::deserialize(finalization.as_bytes())?;
        login.finish(finalization, parameters())?;
        Ok(())
    }
}

fn parameters() -> ServerLoginParameters<'static, 'static> {
    ServerLoginParameters {
        context: Some(CONTEXT),
        identifiers: Identifiers::default(),
    }
}
