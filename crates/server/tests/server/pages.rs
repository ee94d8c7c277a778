//! The WebApp's files and the headers of every answer.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;
use sha2::{Digest as _, Sha256};

use crate::support::Server;

const SCRIPT: &str = "import init from '/web-0123456789abcdef.js';";

fn dist() -> tempfile::TempDir {
    let dist = tempfile::tempdir().unwrap();
    let page = format!(
        "<!doctype html><script type=\"module\">{SCRIPT}</script><script src=\"/x.js\"></script>"
    );
    std::fs::write(dist.path().join("index.html"), page).unwrap();
    std::fs::write(
        dist.path().join("web-0123456789abcdef.js"),
        "export default 1;".repeat(100),
    )
    .unwrap();
    std::fs::write(dist.path().join("worker.js"), "1").unwrap();
    dist
}

#[tokio::test]
async fn pages_files_and_missing_files_are_told_apart() {
    let dist = dist();
    let server = Server::with(|config| config.web = Some(dist.path().to_owned())).await;
    let browser = server.browser();
    let get = async |path: &str| browser.raw(Method::GET, path, |it| it).await;
    for path in ["/", "/inbox", "/admin/domains", "/index.html"] {
        let answer = get(path).await;
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(answer.headers()["cache-control"], "no-cache");
        assert!(answer.text().await.unwrap().contains(SCRIPT));
    }
    let hashed = get("/web-0123456789abcdef.js").await;
    assert_eq!(
        hashed.headers()["cache-control"],
        "public, max-age=31536000, immutable"
    );
    assert_eq!(hashed.headers()["content-type"], "text/javascript");
    assert_eq!(
        get("/worker.js").await.headers()["cache-control"],
        "no-cache"
    );
    for path in [
        "/missing.js",
        "/..%2f..%2fetc%2fpasswd.x",
        "/%2e%2e/zegel.db",
        "/api",
    ] {
        assert_eq!(get(path).await.status().as_u16(), 404, "{path}");
    }
    let posted = browser.raw(Method::POST, "/inbox", |it| it).await;
    assert_eq!(posted.status().as_u16(), 405);
}

#[tokio::test]
async fn files_are_compressed() {
    let dist = dist();
    let server = Server::with(|config| config.web = Some(dist.path().to_owned())).await;
    for encoding in ["br", "gzip"] {
        let answer = server
            .browser()
            .raw(Method::GET, "/web-0123456789abcdef.js", |it| {
                it.header("accept-encoding", encoding)
            })
            .await;
        assert_eq!(answer.headers()["content-encoding"], encoding);
        assert!(answer.bytes().await.unwrap().len() < 400);
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let dist = dist();
    let server = Server::with(|config| {
        config.web = Some(dist.path().to_owned());
        config.doh_origins = vec!["https://dns.example".to_owned()];
    })
    .await;
    for path in [
        "/",
        "/web-0123456789abcdef.js",
        "/missing.js",
        "/api/health",
        "/api/session",
        "/api/nothing",
    ] {
        let answer = server.browser().raw(Method::GET, path, |it| it).await;
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(header("cross-origin-embedder-policy"), "require-corp");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin");
        assert!(header("permissions-policy").contains("camera=()"));
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"));
        assert!(policy.contains("connect-src 'self' https://dns.example;"));
        assert!(policy.ends_with(
            "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types zegel"
        ));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        if path.starts_with("/api") {
            assert_eq!(header("cache-control"), "no-store");
        } else {
            let hash = STANDARD.encode(Sha256::digest(SCRIPT));
            assert!(policy.contains(&format!("'sha256-{hash}'")), "{policy}");
            assert_eq!(policy.matches("sha256-").count(), 1);
        }
        assert!(
            !answer.headers().contains_key("strict-transport-security"),
            "this server has no TLS"
        );
    }
}

#[tokio::test]
async fn a_page_that_was_built_anew_gets_its_own_policy() {
    let dist = dist();
    let server = Server::with(|config| config.web = Some(dist.path().to_owned())).await;
    let policy = async || {
        let answer = server.browser().raw(Method::GET, "/", |it| it).await;
        answer.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    let before = policy().await;
    let file = dist.path().join("index.html");
    std::fs::write(&file, "<script>2</script>").unwrap();
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
    std::fs::File::options()
        .write(true)
        .open(&file)
        .unwrap()
        .set_modified(later)
        .unwrap();
    let after = policy().await;
    assert_ne!(before, after);
    assert!(after.contains(&STANDARD.encode(Sha256::digest("2"))));
}
