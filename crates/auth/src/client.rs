use opaque_ke::{ClientLoginFinishParameters, ClientRegistrationFinishParameters, Identifiers};
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::rng::Adapter;
use crate::suite::{CONTEXT, Suite};
use crate::{
    AuthError, CredentialFinalization, CredentialRequest, CredentialResponse, RegistrationRecord,
    RegistrationRequest, RegistrationResponse,
};

/// OPAQUE puts the length of its input into two bytes (RFC 9497, section 3.3.1).
const MAX_PASSWORD_BYTES: usize = u16::MAX as usize;

fn check_length(password: &[u8]) -> Result<(), AuthError> {
    if password.len() > MAX_PASSWORD_BYTES {
        return Err(AuthError::Stretching);
    }
    Ok(())
}

/// What a password unlocks: 64 bytes that only somebody who knows it gets, and the server never
/// (RFC 9807, section 3.3). Each registration gives another one.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ExportKey([u8; 64]);

impl ExportKey {
    /// The bytes, to derive a key-encryption key from.
    #[must_use]
    pub fn expose(&self) -> &[u8; 64] {
        &self.0
    }
}

impl std::fmt::Debug for ExportKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ExportKey(..)")
    }
}

/// A registration that waits for the server's answer.
pub struct ClientRegistration {
    state: opaque_ke::ClientRegistration<Suite>,
    password: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for ClientRegistration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientRegistration(..)")
    }
}

impl ClientRegistration {
    /// Starts a registration. `password` is UTF-8 in normalisation form C.
    ///
    /// # Errors
    /// [`AuthError::Stretching`] for a password that OPAQUE does not take.
    pub fn start(
        password: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, RegistrationRequest), AuthError> {
        check_length(password)?;
        let start = opaque_ke::ClientRegistration::<Suite>::start(&mut Adapter(rng), password)
            .map_err(|_| AuthError::Stretching)?;
        let request = RegistrationRequest::from(<[u8; 32]>::from(start.message.serialize()));
        let waiting = Self {
            state: start.state,
            password: Zeroizing::new(password.to_vec()),
        };
        Ok((waiting, request))
    }

    /// Runs Argon2id and makes the record that the server keeps.
    ///
    /// # Errors
    /// [`AuthError`].
    pub fn finish(
        self,
        response: &RegistrationResponse,
        rng: &mut impl CryptoRng,
    ) -> Result<(RegistrationRecord, ExportKey), AuthError> {
        let response = opaque_ke::RegistrationResponse::deserialize(response.as_bytes())?;
        let finish = self.state.finish(
            &mut Adapter(rng),
            &self.password,
            response,
            ClientRegistrationFinishParameters::default(),
        )?;
        let record = RegistrationRecord::try_from(finish.message.serialize().as_slice())
            .map_err(|_| AuthError::Malformed)?;
        Ok((record, ExportKey(finish.export_key.into())))
    }
}

/// A sign-in that waits for the server's answer.
///
/// It takes one answer. A server cannot have the same blinded password stretched against another:
///
/// ```compile_fail,E0382
/// # use zegel_auth::{AuthError, ClientLogin, CredentialResponse};
/// # fn twice(
/// #     waiting: ClientLogin,
/// #     answer: &CredentialResponse,
/// #     rng: &mut impl rand_core::CryptoRng,
/// # ) -> Result<(), AuthError> {
/// waiting.finish(answer, rng)?;
/// waiting.finish(answer, rng)?;
/// # Ok(())
/// # }
/// ```
pub struct ClientLogin {
    state: opaque_ke::ClientLogin<Suite>,
    password: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for ClientLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientLogin(..)")
    }
}

/// A sign-in that the client has finished; the server has it once it has the finalisation.
#[derive(Debug)]
pub struct SignedIn {
    /// The last message to the server.
    pub finalization: CredentialFinalization,
    /// What the password unlocks.
    pub export_key: ExportKey,
}

impl ClientLogin {
    /// Starts a sign-in. `password` is UTF-8 in normalisation form C.
    ///
    /// # Errors
    /// [`AuthError::Stretching`] for a password that OPAQUE does not take.
    pub fn start(
        password: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, CredentialRequest), AuthError> {
        check_length(password)?;
        let start = opaque_ke::ClientLogin::<Suite>::start(&mut Adapter(rng), password)
            .map_err(|_| AuthError::Stretching)?;
        let request = CredentialRequest::try_from(start.message.serialize().as_slice())
            .map_err(|_| AuthError::Malformed)?;
        let waiting = Self {
            state: start.state,
            password: Zeroizing::new(password.to_vec()),
        };
        Ok((waiting, request))
    }

    /// Runs Argon2id, authenticates the server and opens the envelope.
    ///
    /// # Errors
    /// [`AuthError::Denied`] for a wrong password, an unknown account and a false answer alike.
    pub fn finish(
        self,
        response: &CredentialResponse,
        rng: &mut impl CryptoRng,
    ) -> Result<SignedIn, AuthError> {
        let response = opaque_ke::CredentialResponse::deserialize(response.as_bytes())?;
        let finish = self.state.finish(
            &mut Adapter(rng),
            &self.password,
            response,
            ClientLoginFinishParameters::new(Some(CONTEXT), Identifiers::default(), None),
        )?;
        let finalization =
            CredentialFinalization::from(<[u8; 64]>::from(finish.message.serialize()));
        Ok(SignedIn {
            finalization,
            export_key: ExportKey(finish.export_key.into()),
        })
    }
}
