use opaque_ke::errors::{InternalError, ProtocolError};
use opaque_ke::generic_array::{ArrayLength, GenericArray};
use opaque_ke::ksf::Ksf;
use opaque_ke::{CipherSuite, Ristretto255, TripleDh};

use crate::AuthError;

/// Binds a run of the protocol to Zegel and this version (RFC 9807, section 10.1).
pub(crate) const CONTEXT: &[u8] = b"zegel/v1/opaque";

pub(crate) struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, sha2_10::Sha512>;
    type Ksf = Stretch;
}

/// Argon2id, version 0x13, m = 64 MiB, t = 3, p = 1, salt of 16 zero bytes, as long an output as
/// the input: the form that RFC 9807, section 7 gives it, where the salt's work is done by the
/// OPRF.
#[derive(Default)]
pub(crate) struct Stretch;

#[cfg(feature = "client")]
impl Ksf for Stretch {
    fn hash<L: ArrayLength<u8>>(
        &self,
        input: GenericArray<u8, L>,
    ) -> Result<GenericArray<u8, L>, InternalError> {
        const MEMORY_KIB: u32 = 64 * 1024;
        let params =
            argon2::Params::new(MEMORY_KIB, 3, 1, None).map_err(|_| InternalError::KsfError)?;
        let argon2 =
            argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        let mut output = GenericArray::default();
        argon2
            .hash_password_into(&input, &[0; 16], &mut output)
            .map_err(|_| InternalError::KsfError)?;
        Ok(output)
    }
}

/// Only the client stretches; a server that did would be wrong, not slow.
#[cfg(not(feature = "client"))]
impl Ksf for Stretch {
    fn hash<L: ArrayLength<u8>>(
        &self,
        _input: GenericArray<u8, L>,
    ) -> Result<GenericArray<u8, L>, InternalError> {
        Err(InternalError::KsfError)
    }
}

impl From<ProtocolError> for AuthError {
    fn from(error: ProtocolError) -> Self {
        match error {
            ProtocolError::LibraryError(InternalError::KsfError) => Self::Stretching,
            // What does not read as a group element comes as an error of the OPRF.
            ProtocolError::LibraryError(InternalError::OprfError(_))
            | ProtocolError::SerializationError
            | ProtocolError::SizeError { .. } => Self::Malformed,
            _ => Self::Denied,
        }
    }
}
