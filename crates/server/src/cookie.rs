use axum::http::{HeaderMap, HeaderValue, header};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use zegel_api::{COOKIE, SECURE_COOKIE};
use zegel_protocol::Hash;

use crate::{
    app::App,
    error::{Error, Result},
    random,
};

/// A session's secret. Only the browser's cookie holds it; the database knows its hash.
pub(crate) struct Token([u8; 32]);

impl Token {
    pub(crate) fn make() -> Self {
        Self(random::bytes())
    }

    pub(crate) fn hash(&self) -> Hash {
        Hash::of(&self.0)
    }
}

fn name(app: &App) -> &'static str {
    if app.config.is_https() {
        SECURE_COOKIE
    } else {
        COOKIE
    }
}

/// Hash of the request's session token.
pub(crate) fn token_hash(app: &App, headers: &HeaderMap) -> Option<Hash> {
    let name = name(app);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .and_then(|(_, value)| URL_SAFE_NO_PAD.decode(value).ok())
        .and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok())
        .map(|bytes| Token(bytes).hash())
}

/// `Set-Cookie` for a new session. It ends with the browser session; the server ends it earlier or later by itself.
pub(crate) fn set(app: &App, token: &Token) -> Result<HeaderValue> {
    header_value(app, &URL_SAFE_NO_PAD.encode(token.0), "")
}

/// `Set-Cookie` that takes the cookie away.
pub(crate) fn clear(app: &App) -> Result<HeaderValue> {
    header_value(app, "", "; Max-Age=0")
}

fn header_value(app: &App, value: &str, more: &str) -> Result<HeaderValue> {
    let name = name(app);
    let secure = if app.config.is_https() {
        "; Secure"
    } else {
        ""
    };
    let mut value: HeaderValue =
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{more}")
            .parse()
            .map_err(Error::internal)?;
    value.set_sensitive(true);
    Ok(value)
}
