use crate::ids::{ClaimNonce, OrgId};

/// The TXT record at `_zegel.<domain>`: `zegel=1; org=<base64url>; nonce=<base64url>`.
///
/// It names the organisation that may claim the domain. The server reads it to prove a claim, and
/// a browser reads it by itself to authenticate the organisation at adoption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DomainRecord {
    /// The organisation.
    pub org_id: OrgId,
    /// The nonce of the claim.
    pub nonce: ClaimNonce,
}

/// Text that is no record of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a record of the form \"zegel=1; org=…; nonce=…\"")]
pub struct DomainRecordError;

impl DomainRecord {
    /// The label in front of the domain.
    pub const LABEL: &'static str = "_zegel";
}

impl std::fmt::Display for DomainRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "zegel=1; org={}; nonce={}", self.org_id, self.nonce)
    }
}

impl std::str::FromStr for DomainRecord {
    type Err = DomainRecordError;

    /// Spaces around the semicolons do not matter: DNS consoles add and remove them.
    fn from_str(text: &str) -> Result<Self, DomainRecordError> {
        let mut parts = text.split(';').map(str::trim);
        let mut field = |prefix| {
            parts
                .next()
                .and_then(|part| part.strip_prefix(prefix))
                .ok_or(DomainRecordError)
        };
        if field("zegel=")? != "1" {
            return Err(DomainRecordError);
        }
        let org_id = field("org=")?.parse().map_err(|_| DomainRecordError)?;
        let nonce = field("nonce=")?.parse().map_err(|_| DomainRecordError)?;
        match parts.next() {
            None => Ok(Self { org_id, nonce }),
            Some(_) => Err(DomainRecordError),
        }
    }
}

#[cfg(test)]
mod tests;
