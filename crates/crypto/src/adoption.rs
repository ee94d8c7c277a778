//! The personal adoption link: proves the organisation to a person, and the person to the
//! organisation, by a secret that no server sees.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zegel_protocol::{AccountId, Hash, IdentityKey, OrgId};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The secret of one address's adoption link.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct JoinToken([u8; 32]);

impl std::fmt::Debug for JoinToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JoinToken(..)")
    }
}

impl From<[u8; 32]> for JoinToken {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl JoinToken {
    /// `HMAC-SHA256(token, account ‖ identity key)`: what the account's state carries to show that
    /// its owner had the link. Bound to the identity, so that the server cannot move it to a key
    /// of its own.
    #[must_use]
    pub fn proof(&self, account: AccountId, identity: &IdentityKey) -> Hash {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            unreachable!("HMAC takes keys of any length");
        };
        mac.update(account.as_bytes());
        mac.update(identity.as_bytes());
        Hash(mac.finalize().into_bytes().into())
    }

    /// Whether `proof` is this token's for an account and identity; in constant time.
    #[must_use]
    pub fn verify(&self, account: AccountId, identity: &IdentityKey, proof: &Hash) -> bool {
        self.proof(account, identity).0.ct_eq(&proof.0).into()
    }
}

/// What stands after the `#` of an adoption link: `join=<org_id>.<version>.<token>`.
#[derive(Clone, Debug)]
pub struct AdoptionLink {
    /// The organisation.
    pub org_id: OrgId,
    /// Manifest version that the sender knew; an older one served later is a lie.
    pub version: u32,
    /// The secret of the address that the link was made for.
    pub token: JoinToken,
}

/// Text that is no adoption link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an adoption link")]
pub struct AdoptionLinkError;

impl AdoptionLink {
    /// The text after the `#`.
    #[must_use]
    pub fn fragment(&self) -> Zeroizing<String> {
        let token = Zeroizing::new(URL_SAFE_NO_PAD.encode(self.token.0));
        Zeroizing::new(format!(
            "join={}.{}.{}",
            self.org_id,
            self.version,
            token.as_str()
        ))
    }

    /// Reads a fragment, with its `#` or without.
    ///
    /// # Errors
    /// [`AdoptionLinkError`] for anything but exactly what [`Self::fragment`] writes.
    pub fn parse(fragment: &str) -> Result<Self, AdoptionLinkError> {
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        let link = Self::parse_parts(fragment).ok_or(AdoptionLinkError)?;
        // One text a link: "007" and "7" are not both version 7.
        if link.fragment().as_str() == fragment {
            Ok(link)
        } else {
            Err(AdoptionLinkError)
        }
    }

    fn parse_parts(fragment: &str) -> Option<Self> {
        let mut parts = fragment.strip_prefix("join=")?.splitn(3, '.');
        let org_id = parts.next()?.parse().ok()?;
        let version = parts.next()?.parse().ok()?;
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?);
        let token = JoinToken(bytes.as_slice().try_into().ok()?);
        Some(Self {
            org_id,
            version,
            token,
        })
    }
}

#[cfg(test)]
mod tests;
