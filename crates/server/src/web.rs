//! The WebApp's files, and the headers that every answer carries.

use std::{
    convert::Infallible,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};
use tower::util::ServiceExt as _;
use tower_http::{compression::CompressionLayer, services::ServeDir};

use crate::config::Config;

/// The page, read again when the file changes: its inline scripts' hashes stand in the policy.
pub(crate) struct Web {
    folder: Option<PathBuf>,
    doh_origins: Vec<String>,
    https: bool,
    page: Mutex<Option<Page>>,
    without_page: HeaderValue,
}

#[derive(Clone)]
struct Page {
    changed: Option<SystemTime>,
    html: Arc<str>,
    policy: HeaderValue,
}

impl Web {
    pub(crate) fn new(config: &Config) -> anyhow::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            folder: config.web.clone(),
            doh_origins: config.doh_origins.clone(),
            https: config.is_https(),
            page: Mutex::new(None),
            without_page: policy(&[], &config.doh_origins).try_into()?,
        }))
    }

    /// The page as it is on disk, and its policy.
    async fn page(&self) -> Option<Page> {
        let file = self.folder.as_ref()?.join("index.html");
        let changed = tokio::fs::metadata(&file).await.ok()?.modified().ok();
        {
            let known = self.page.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(page) = known
                .as_ref()
                .filter(|page| page.changed.is_some() && page.changed == changed)
            {
                return Some(page.clone());
            }
        }
        let html = tokio::fs::read_to_string(&file).await.ok()?;
        let page = Page {
            changed,
            policy: policy(&inline_scripts(&html), &self.doh_origins)
                .try_into()
                .ok()?,
            html: html.into(),
        };
        *self.page.lock().unwrap_or_else(PoisonError::into_inner) = Some(page.clone());
        Some(page)
    }
}

/// Files of the WebApp; every other path that looks like one of its pages is the page.
pub(crate) fn router(web: &Arc<Web>) -> Router {
    match &web.folder {
        Some(folder) => {
            let files = ServeDir::new(folder)
                .append_index_html_on_directories(false)
                .precompressed_br()
                .precompressed_gzip();
            let state = Files {
                web: web.clone(),
                files,
            };
            Router::new()
                .fallback(file_or_page)
                .with_state(state)
                .layer(CompressionLayer::new())
        }
        None => Router::new().fallback(|| async { StatusCode::NOT_FOUND }),
    }
}

#[derive(Clone)]
struct Files {
    web: Arc<Web>,
    files: ServeDir,
}

async fn file_or_page(State(state): State<Files>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    // A file that is not there is not the page: a script tag would get HTML.
    let is_file = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'));
    if !is_file || path == "/index.html" {
        return match state.web.page().await {
            Some(page) => {
                let headers = [
                    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                    (header::CACHE_CONTROL, "no-cache"),
                ];
                (headers, page.html.to_string()).into_response()
            }
            None => (StatusCode::NOT_FOUND, "The WebApp is not built.").into_response(),
        };
    }
    let answer: Result<_, Infallible> = state.files.oneshot(request).await;
    let mut response = match answer {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    };
    let cache = if response.status().is_success() && is_hashed(&path) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

/// Whether the file's name holds a hash of its content: `name-0123456789abcdef.js`, `name-0123456789abcdef_bg.wasm`.
fn is_hashed(path: &str) -> bool {
    let stem = Path::new(path)
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    stem.split(['-', '_', '.'])
        .any(|part| part.len() >= 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Contents of the page's scripts that have no `src`.
fn inline_scripts(html: &str) -> Vec<&str> {
    let mut scripts = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once("<script") {
        let Some((attributes, after)) = after.split_once('>') else {
            break;
        };
        let Some((content, after)) = after.split_once("</script") else {
            break;
        };
        let has_src = attributes
            .split_ascii_whitespace()
            .any(|it| it.starts_with("src=") || it == "src");
        if !has_src {
            scripts.push(content);
        }
        rest = after;
    }
    scripts
}

/// The content security policy: own files, these inline scripts, and the resolvers.
fn policy(scripts: &[&str], doh_origins: &[String]) -> String {
    use std::fmt::Write as _;
    let mut hashes = String::new();
    for script in scripts {
        // Writing to a string does not fail.
        let _ = write!(
            hashes,
            " 'sha256-{}'",
            STANDARD.encode(Sha256::digest(script))
        );
    }
    let doh = doh_origins
        .iter()
        .fold(String::new(), |list, origin| list + " " + origin);
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; worker-src 'self'; style-src 'self'; \
         font-src 'self'; img-src 'self'; connect-src 'self'{doh}; manifest-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types zegel"
    )
}

/// Adds the security headers to everything below.
pub(crate) fn with_security_headers(router: Router, web: Arc<Web>) -> Router {
    router.layer(middleware::from_fn_with_state(web, security_headers))
}

async fn security_headers(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let policy = if is_api {
        None
    } else {
        web.page().await.map(|page| page.policy)
    };
    let policy = policy.unwrap_or_else(|| web.without_page.clone());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    for (name, value) in FIXED {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    if web.https {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=63072000; includeSubDomains"),
        );
    }
    if is_api {
        // Sealed parts of attachments alone never change, and say so themselves.
        let unchanging = headers
            .get(header::CACHE_CONTROL)
            .is_some_and(|value| value.as_bytes().ends_with(b"immutable"));
        if !unchanging {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }
    response
}

const FIXED: [(&str, &str); 7] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), \
         magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()",
    ),
];

#[cfg(test)]
mod tests {
    use super::{inline_scripts, is_hashed, policy};

    #[test]
    fn only_scripts_without_source_are_inline() {
        let html = r#"<script src="/a.js"></script><script type="module">
import a from '/a.js';
</script><script nonce="x">b</script>"#;
        assert_eq!(inline_scripts(html), ["\nimport a from '/a.js';\n", "b"]);
    }

    #[test]
    fn the_policy_allows_what_it_names_and_nothing_else() {
        let policy = policy(&["b"], &["https://dns.example".to_owned()]);
        // echo -n b | openssl dgst -sha256 -binary | base64
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-PiPoFgA5WUoziU9lZOGxNIu9egCI1CxKy3PurtWcAJ0=';"));
        assert!(policy.contains("connect-src 'self' https://dns.example;"));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    }

    #[test]
    fn hashed_names_are_told_from_others() {
        assert!(is_hashed("/web-0123456789abcdef.js"));
        assert!(is_hashed("/web-0123456789abcdef_bg.wasm"));
        assert!(!is_hashed("/crypto_worker_loader.js"));
    }
}
