use std::{net::SocketAddr, time::Duration};

use hickory_resolver::{
    TokioResolver,
    config::{NameServerConfig, ResolverConfig},
    net::runtime::TokioRuntimeProvider,
    proto::rr::{Name, RData},
};
use zegel_api::ErrorCode;
use zegel_protocol::{ClaimNonce, Domain, DomainRecord, OrgId};

/// Asks for the TXT records that prove claims.
pub(crate) struct Dns(TokioResolver);

impl Dns {
    /// Asks `server`, or the system's name servers.
    pub(crate) fn new(server: Option<SocketAddr>) -> anyhow::Result<Self> {
        let mut builder = match server {
            Some(server) => {
                let mut name_server = NameServerConfig::udp_and_tcp(server.ip());
                for connection in &mut name_server.connections {
                    connection.port = server.port();
                }
                let config = ResolverConfig::from_parts(None, Vec::new(), vec![name_server]);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
            None => TokioResolver::builder_tokio()?,
        };
        let options = builder.options_mut();
        // An administrator who has just corrected the record presses CHECK again.
        options.cache_size = 0;
        options.timeout = Duration::from_secs(3);
        options.attempts = 2;
        Ok(Self(builder.build()?))
    }

    /// Checks that the domain's record names the organisation with the claim's nonce.
    ///
    /// # Errors
    ///
    /// One of the `txt_…` codes, or `dns_failed`.
    pub(crate) async fn check(
        &self,
        domain: &Domain,
        organisation: OrgId,
        nonce: ClaimNonce,
    ) -> Result<(), ErrorCode> {
        let name = Name::from_ascii(format!("{}.{}.", DomainRecord::LABEL, domain))
            .map_err(|_| ErrorCode::TxtMissing)?;
        let answer = match self.0.txt_lookup(name).await {
            Ok(answer) => answer,
            Err(error) if error.is_no_records_found() => return Err(ErrorCode::TxtMissing),
            Err(error) => {
                tracing::info!(dns.error = %error, "the name server did not answer");
                return Err(ErrorCode::DnsFailed);
            }
        };
        let texts = answer
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::TXT(txt) => Some(txt.txt_data.concat()),
                _ => None,
            });
        judge(texts, organisation, nonce)
    }
}

/// What the TXT records say of a claim. Records of others' purposes do not count.
fn judge(
    texts: impl Iterator<Item = Vec<u8>>,
    organisation: OrgId,
    nonce: ClaimNonce,
) -> Result<(), ErrorCode> {
    let records: Vec<DomainRecord> = texts
        .filter_map(|text| String::from_utf8(text).ok())
        .filter_map(|text| text.parse().ok())
        .collect();
    if records.is_empty() {
        Err(ErrorCode::TxtMissing)
    } else if records.iter().any(|record| record.org_id != organisation) {
        Err(ErrorCode::TxtOtherOrganisation)
    } else if records.iter().any(|record| record.nonce == nonce) {
        Ok(())
    } else {
        Err(ErrorCode::TxtWrongNonce)
    }
}

#[cfg(test)]
mod tests {
    use super::{ClaimNonce, DomainRecord, ErrorCode, OrgId, judge};

    const OWN: OrgId = OrgId([1; 32]);
    const NONCE: ClaimNonce = ClaimNonce([2; 16]);

    fn record(org_id: OrgId, nonce: ClaimNonce) -> String {
        DomainRecord { org_id, nonce }.to_string()
    }

    fn judged(texts: &[&str]) -> Result<(), ErrorCode> {
        judge(
            texts.iter().map(|text| text.as_bytes().to_vec()),
            OWN,
            NONCE,
        )
    }

    #[test]
    fn the_right_record_proves_beside_others() {
        let right = record(OWN, NONCE);
        assert_eq!(judged(&["v=spf1 -all", &right]), Ok(()));
        assert_eq!(judged(&[&right, &record(OWN, ClaimNonce([3; 16]))]), Ok(()));
    }

    #[test]
    fn each_fault_has_its_code() {
        assert_eq!(judged(&[]), Err(ErrorCode::TxtMissing));
        assert_eq!(
            judged(&["zegel=1; org=x; nonce=y"]),
            Err(ErrorCode::TxtMissing)
        );
        assert_eq!(
            judged(&[&record(OWN, ClaimNonce([3; 16]))]),
            Err(ErrorCode::TxtWrongNonce)
        );
        let other = record(OrgId([9; 32]), NONCE);
        assert_eq!(judged(&[&other]), Err(ErrorCode::TxtOtherOrganisation));
        assert_eq!(
            judged(&[&record(OWN, NONCE), &other]),
            Err(ErrorCode::TxtOtherOrganisation)
        );
    }
}
