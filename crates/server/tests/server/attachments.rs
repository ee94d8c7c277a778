//! Parts of attachments over HTTP: forms, sizes, rights, headers.

use reqwest::{Method, Response, StatusCode};
use zegel_api::{self as api, ErrorCode, Problem, fill};
use zegel_protocol::AttachmentId;

use crate::support::{Person, Server, random};

struct Part<'a> {
    attachment: &'a str,
    part: &'a str,
    media: &'a str,
    body: Vec<u8>,
}

async fn put(person: &Person, part: Part<'_>) -> Response {
    let path = fill(
        api::UPLOAD_PART,
        &[&person.mailbox(), part.attachment, part.part],
    );
    person
        .browser
        .raw(Method::PUT, &path, |it| {
            it.header("x-zegel-client", "test")
                .header("content-type", part.media)
                .body(part.body)
        })
        .await
}

async fn code(response: Response) -> ErrorCode {
    let status = response.status();
    let problem: Problem = response.json().await.unwrap();
    assert_eq!(problem.status, status.as_u16());
    problem.code
}

async fn start(person: &Person, sealed_bytes: u64) -> Result<AttachmentId, ErrorCode> {
    let attachment = AttachmentId(random());
    let request = api::StartUploadRequest {
        attachment,
        sealed_bytes,
    };
    let answer = person
        .browser
        .call_at(api::StartUpload, &[&person.mailbox()], &request)
        .await;
    if answer.status.is_success() {
        Ok(attachment)
    } else {
        Err(answer.code())
    }
}

const RAW: &str = "application/octet-stream";

#[tokio::test]
async fn a_part_has_its_place_and_length() {
    let server = Server::start().await;
    let ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let bob = Person::sign_up(&server, "bob@other.example").await;
    let sealed = api::PART_BYTES as u64 + 100;
    let id = start(&ada, sealed).await.unwrap().to_string();
    let part = |part, len: usize| Part {
        attachment: &id,
        part,
        media: RAW,
        body: vec![7; len],
    };
    assert_eq!(
        code(put(&ada, part("1", 99)).await).await,
        ErrorCode::BadRequest
    );
    assert_eq!(
        code(put(&ada, part("0", 100)).await).await,
        ErrorCode::BadRequest
    );
    for nowhere in ["2", "-1", "x", "4294967296"] {
        let response = put(&ada, part(nowhere, 100)).await;
        assert_eq!(code(response).await, ErrorCode::NotFound, "{nowhere}");
    }
    let too_long = put(&ada, part("0", api::PART_BYTES + 1)).await;
    assert_eq!(code(too_long).await, ErrorCode::TooLarge);
    // What a form can send.
    let form = Part {
        media: "text/plain",
        ..part("1", 100)
    };
    assert_eq!(code(put(&ada, form).await).await, ErrorCode::BadRequest);
    // Nobody else has such an upload.
    assert_eq!(
        code(put(&bob, part("1", 100)).await).await,
        ErrorCode::NotFound
    );

    assert_eq!(put(&ada, part("1", 100)).await.status(), StatusCode::OK);
    let path = [ada.mailbox(), id.clone()];
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let upload = ada
        .browser
        .call_at(api::GetUpload, &path, &api::Empty {})
        .await
        .ok();
    assert_eq!((upload.parts, upload.stored), (2, vec![1]));
    assert_eq!(upload.sealed_bytes, sealed);
    assert_eq!(
        put(&ada, part("0", api::PART_BYTES)).await.status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn sizes_have_limits() {
    let server = Server::with(|config| config.max_attachment_bytes = 100_000).await;
    let ada = Person::sign_up(&server, "ada@vandijk.example").await;
    // Two chunks with 16 bytes more each.
    assert!(start(&ada, 100_032).await.is_ok());
    assert_eq!(start(&ada, 100_033).await, Err(ErrorCode::TooLarge));
    assert_eq!(start(&ada, u64::MAX).await, Err(ErrorCode::TooLarge));
    assert_eq!(start(&ada, 15).await, Err(ErrorCode::BadRequest));
    assert!(start(&ada, 16).await.is_ok());
}

#[tokio::test]
async fn parts_are_served_as_bytes_and_kept_by_nobody_else() {
    let server = Server::start().await;
    let ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let bob = Person::sign_up(&server, "bob@other.example").await;
    let eva = Person::sign_up(&server, "eva@other.example").await;
    let attachment = start(&ada, 64).await.unwrap();
    let id = attachment.to_string();
    let part = Part {
        attachment: &id,
        part: "0",
        media: RAW,
        body: (0..64).collect(),
    };
    assert_eq!(put(&ada, part).await.status(), StatusCode::OK);
    let header = ada.header(&server, &[bob.recipient()]);
    let message = header.message;
    let request = api::SendMessageRequest {
        attachments: vec![attachment],
        ..ada.message(header)
    };
    ada.browser
        .call_at(api::SendMessage, &[&ada.mailbox()], &request)
        .await
        .ok();
    let get = async |reader: &Person, part: &str| {
        let path = fill(
            api::ATTACHMENT_PART,
            &[&reader.mailbox(), &message.to_string(), &id, part],
        );
        reader.browser.raw(Method::GET, &path, |it| it).await
    };
    for reader in [&ada, &bob] {
        let response = get(reader, "0").await;
        assert_eq!(response.status(), StatusCode::OK);
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), RAW);
        assert_eq!(header("content-length"), "64");
        assert_eq!(header("x-content-type-options"), "nosniff");
        let cache = header("cache-control");
        assert!(cache.contains("private") && cache.contains("immutable"));
        let body = response.bytes().await.unwrap();
        assert_eq!(body.to_vec(), (0..64).collect::<Vec<u8>>());
    }
    assert_eq!(code(get(&bob, "1").await).await, ErrorCode::NotFound);
    assert_eq!(code(get(&eva, "0").await).await, ErrorCode::NotFound);
}

#[tokio::test]
async fn nobody_sends_a_file_that_they_have_no_message_of() {
    let server = Server::start().await;
    let ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let bob = Person::sign_up(&server, "bob@other.example").await;
    let eva = Person::sign_up(&server, "eva@other.example").await;
    let attachment = start(&ada, 64).await.unwrap();
    let id = attachment.to_string();
    let part = Part {
        attachment: &id,
        part: "0",
        media: RAW,
        body: vec![7; 64],
    };
    let send = async |from: &Person, to: &Person| {
        let header = from.header(&server, &[to.recipient()]);
        let message = header.message;
        let request = api::SendMessageRequest {
            attachments: vec![attachment],
            ..from.message(header)
        };
        let answer = from
            .browser
            .call_at(api::SendMessage, &[&from.mailbox()], &request)
            .await;
        if answer.status.is_success() {
            Ok(message)
        } else {
            Err(answer.code())
        }
    };
    // Not whole yet, and then somebody else's upload.
    assert_eq!(send(&ada, &bob).await, Err(ErrorCode::NotFound));
    assert_eq!(put(&ada, part).await.status(), StatusCode::OK);
    assert_eq!(send(&eva, &eva).await, Err(ErrorCode::NotFound));
    send(&ada, &bob).await.unwrap();
    // Sent, but not to her; she gets it from who has it.
    assert_eq!(send(&eva, &eva).await, Err(ErrorCode::NotFound));
    let message = send(&bob, &eva).await.unwrap();
    let path = fill(
        api::ATTACHMENT_PART,
        &[&eva.mailbox(), &message.to_string(), &id, "0"],
    );
    let response = eva.browser.raw(Method::GET, &path, |it| it).await;
    assert_eq!(response.status(), StatusCode::OK);
    send(&eva, &ada).await.unwrap();
}
