//! DNS over HTTPS (RFC 8484) in front of a name server, over plain HTTP on loopback.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use anyhow::{Result, bail};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Query, State},
    http::{
        HeaderValue, StatusCode,
        header::{self, HeaderName},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use tokio::{
    net::{TcpListener, UdpSocket},
    task::JoinHandle,
    time::timeout,
};
use zegel_xtask::programs;

use crate::wait;

const MESSAGE: HeaderValue = HeaderValue::from_static("application/dns-message");
const CORS: [(HeaderName, HeaderValue); 3] = [
    (
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    ),
    (
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, POST"),
    ),
    (
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("*"),
    ),
];

/// How long another run may hold the two ports: a journey's time.
const TURN: Duration = Duration::from_secs(5 * 60);

/// A running resolver.
#[derive(Debug)]
pub struct Doh {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Doh {
    /// Starts it on a free port, asking `name_server`.
    ///
    /// # Errors
    ///
    /// If there is no port.
    pub async fn start(name_server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Self::serve(listener, name_server)
    }

    /// Starts the two resolvers that the journeys' web build asks, each before a name server of
    /// its own choice. Waits while another run holds their ports.
    ///
    /// # Errors
    ///
    /// If the ports do not become free.
    pub async fn start_compiled_in(name_servers: [SocketAddr; 2]) -> Result<[Self; 2]> {
        let [first, second] = programs::JOURNEY_DOH_PORTS;
        Ok([
            Self::serve(bind(first).await?, name_servers[0])?,
            Self::serve(bind(second).await?, name_servers[1])?,
        ])
    }

    /// The URL to ask.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}/dns-query", self.origin())
    }

    /// The origin of that URL, as a Content-Security-Policy names it.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    fn serve(listener: TcpListener, name_server: SocketAddr) -> Result<Self> {
        let address = listener.local_addr()?;
        let app = Router::new()
            .route("/dns-query", get(by_get).post(forward).options(preflight))
            .layer(DefaultBodyLimit::max(4096))
            .with_state(name_server);
        let task = tokio::spawn(async move {
            // It ends with the task.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { address, task })
    }
}

impl Drop for Doh {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Deserialize)]
struct Question {
    dns: String,
}

async fn by_get(
    State(name_server): State<SocketAddr>,
    Query(question): Query<Question>,
) -> Response {
    match URL_SAFE_NO_PAD.decode(question.dns) {
        Ok(query) => forward(State(name_server), query.into()).await,
        Err(_) => (StatusCode::BAD_REQUEST, CORS).into_response(),
    }
}

async fn forward(State(name_server): State<SocketAddr>, query: Bytes) -> Response {
    match ask(name_server, &query).await {
        Ok(answer) => (CORS, [(header::CONTENT_TYPE, MESSAGE)], answer).into_response(),
        Err(_) => (StatusCode::BAD_GATEWAY, CORS).into_response(),
    }
}

async fn preflight() -> Response {
    (StatusCode::NO_CONTENT, CORS).into_response()
}

async fn ask(name_server: SocketAddr, query: &[u8]) -> Result<Vec<u8>> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    socket.connect(name_server).await?;
    socket.send(query).await?;
    let mut answer = vec![0; 4096];
    let length = timeout(Duration::from_secs(2), socket.recv(&mut answer)).await??;
    if length == 0 {
        bail!("an empty answer");
    }
    answer.truncate(length);
    Ok(answer)
}

async fn bind(port: u16) -> Result<TcpListener> {
    wait::within(TURN, &format!("port {port} to be free"), async || {
        Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.ok())
    })
    .await
}
