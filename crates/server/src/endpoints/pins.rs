use axum::extract::State;
use zegel_api::{Empty, Pins, PutPinsRequest};

use crate::{actor::SignedIn, app::App, error::Result, extract::Json, verify};

/// The account's pins
#[utoipa::path(get, path = "/api/pins", tag = "keys",
    responses((status = 200, body = Pins), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn get_pins(
    State(app): State<App>,
    signed_in: SignedIn,
) -> Result<axum::Json<Pins>> {
    let pins = app.store.find_pins(signed_in.account.id).await?;
    Ok(axum::Json(match pins {
        Some(pins) => Pins {
            version: pins.version,
            sealed: Some(pins.sealed.into()),
        },
        None => Pins {
            version: 0,
            sealed: None,
        },
    }))
}

/// Replace the pins
#[utoipa::path(put, path = "/api/pins", tag = "keys", request_body = PutPinsRequest,
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn put_pins(
    State(app): State<App>,
    signed_in: SignedIn,
    Json(request): Json<PutPinsRequest>,
) -> Result<axum::Json<Empty>> {
    let sealed = verify::sealed_pins("sealed", request.sealed)?;
    app.store
        .replace_pins(signed_in.account.id, request.replaces, sealed)
        .await?;
    Ok(axum::Json(Empty {}))
}
