use axum::extract::State;
use zegel_api::{Empty, ErrorCode};

use crate::{
    app::App,
    error::{Error, Result},
};

/// Whether the server and its database answer
#[utoipa::path(get, path = "/api/health", tag = "server",
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn health(State(app): State<App>) -> Result<axum::Json<Empty>> {
    app.store.ping().await.map_err(|error| {
        tracing::error!(%error, "the database does not answer");
        Error::new(ErrorCode::Unavailable)
    })?;
    Ok(axum::Json(Empty {}))
}
