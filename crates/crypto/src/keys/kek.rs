use zegel_protocol::{AccountId, Field};
use zeroize::Zeroizing;

use crate::hazmat::kdf::hkdf_sha256;
use crate::recovery_code::RecoveryCode;

/// Key that an unlock method gives, to seal the account key under. It knows which method, so that
/// a blob of one is never taken for that of another.
///
/// `HKDF-SHA256(secret, "zegel/v1/kek/" ‖ method ‖ account ‖ epoch)`.
#[derive(Clone)]
pub struct Kek {
    key: Zeroizing<[u8; 32]>,
    method: Field,
}

impl std::fmt::Debug for Kek {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kek(..)")
    }
}

impl Kek {
    /// From OPAQUE's export key, 64 bytes.
    #[must_use]
    pub fn from_password(export_key: &[u8; 64], account: AccountId, epoch: u32) -> Self {
        Self::derive(export_key, Field::Password, account, epoch)
    }

    /// From a recovery code.
    #[must_use]
    pub fn from_recovery_code(code: &RecoveryCode, account: AccountId, epoch: u32) -> Self {
        Self::derive(code.bytes(), Field::RecoveryCode, account, epoch)
    }

    fn derive(secret: &[u8], method: Field, account: AccountId, epoch: u32) -> Self {
        let key = hkdf_sha256(
            secret,
            &[
                b"zegel/v1/kek/",
                method.as_str().as_bytes(),
                account.as_bytes(),
                &epoch.to_be_bytes(),
            ],
        );
        Self { key, method }
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.key
    }

    pub(crate) fn method(&self) -> Field {
        self.method
    }
}
