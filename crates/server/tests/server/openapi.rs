//! The committed OpenAPI document.

use std::path::Path;

use serde_json::Value;
use zegel_api::{self as api, Route};

use crate::support::Server;

#[tokio::test]
async fn the_committed_document_is_the_served_one() {
    let server = Server::start().await;
    let served = server
        .browser()
        .raw(reqwest::Method::GET, "/api/openapi.json", |it| it)
        .await
        .text()
        .await
        .unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    if std::env::var_os("ZEGEL_UPDATE_OPENAPI").is_some() {
        std::fs::write(&file, &served).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == served,
        "docs/openapi.json is not what the server serves; run the test with ZEGEL_UPDATE_OPENAPI=1 to rewrite it"
    );
}

fn described<R: Route>(document: &Value, _: R) {
    let method = match R::METHOD {
        api::Method::Get => "get",
        api::Method::Post => "post",
        api::Method::Put => "put",
    };
    let operation = &document["paths"][R::PATH][method];
    assert!(operation.is_object(), "{method} {} is missing", R::PATH);
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap();
        let place = match R::PATH.contains(&format!("{{{name}}}")) {
            true => "path",
            false => "query",
        };
        assert_eq!(parameter["in"], place, "{name} of {}", R::PATH);
    }
    let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
    let type_name = std::any::type_name::<R::Response>()
        .rsplit("::")
        .next()
        .unwrap();
    assert_eq!(
        schema,
        &format!("#/components/schemas/{type_name}"),
        "{}",
        R::PATH
    );
}

#[tokio::test]
async fn every_route_of_the_contract_is_described() {
    let server = Server::start().await;
    let answer = server
        .browser()
        .raw(reqwest::Method::GET, "/api/openapi.json", |it| it)
        .await;
    let document: Value = answer.json().await.unwrap();
    macro_rules! each {
        ($($route:ident)+) => { $(described(&document, api::$route);)+ };
    }
    each!(SignUpStart SignUpVerify SignUpRegister SignUpFinish SignInStart SignInFinish SignOut CurrentSession
        PasswordStart PasswordFinish CreateOrganisation Manifests PutManifest Members GetMember MembersToCertify PutCertificates
        Domains StartClaim CheckClaim WithdrawClaim NotYetAdopted Adoption AcceptAdoption DeferAdoption
        KeysByAddress KeysByAccount GetPins PutPins SendMessage ListMessages GetMessage GetConversation GetChainHead
        MarkMessages MoveMessages DeleteMessages PutListEntries RevokeMessage SendReceipt MailCounts ListDrafts GetDraft
        PutDraft DeleteDraft AuditEvents Access StepDown MailboxHistory MailboxInventory AccountAccess ListedMessages PutAccountAccess CreateFunctional
        ConvertToFunctional RenameAccount SetAccountStatus StartUpload GetUpload CancelUpload GetSearchIndex
        PutSearchSegment ListUnindexed FindMessages);
}
