//! Files that are attached.

use super::{fill, format::decimal, texts};

texts! {
    ATTACH: "Attach" | "Bijvoegen";
    ATTACHMENTS: "Attachments" | "Bijlagen";
    SEALED: "{size}, sealed" | "{size}, verzegeld";
    QUEUED: "{size}, waiting for its turn" | "{size}, wacht op zijn beurt";
    SENDING: "{size}, sending {percent}%" | "{size}, {percent}% verzonden";
    FETCHING: "{size}, fetching {percent}%" | "{size}, {percent}% opgehaald";
    WAITING: "Waiting for the connection" | "Wacht op de verbinding";
    WAITING_AT: "Connection lost at {percent}%. It goes on by itself." | "Verbinding verbroken bij {percent}%. Het gaat vanzelf verder.";
    LEFT_AT: "Stopped at {percent}%. Choose the same file again to go on." | "Gestopt bij {percent}%. Kies hetzelfde bestand opnieuw om verder te gaan.";
    CHOOSE_AGAIN: "Choose file" | "Kies bestand";
    CHOOSE_AGAIN_NAME: "Choose {name} again" | "Kies {name} opnieuw";
    RETRY_NAME: "Try {name} again" | "Probeer {name} opnieuw";
    REMOVE_NAME: "Remove {name}" | "Verwijder {name}";
    DOWNLOAD_NAME: "Download {name}" | "Download {name}";
    STOP_NAME: "Stop fetching {name}" | "Stop met ophalen van {name}";
    IS_ATTACHED: "{name} is attached" | "{name} is bijgevoegd";
    IS_SAVED: "{name} was verified as a whole, and saved." | "{name} is in zijn geheel gecontroleerd en opgeslagen.";
    DROP_HERE: "Drop files here to attach them" | "Laat bestanden hier los om ze bij te voegen";
    WHEN_READY_ONE: "Can be sent when 1 file is ready" | "Te verzenden zodra 1 bestand klaar is";
    WHEN_READY: "Can be sent when {count} files are ready" | "Te verzenden zodra {count} bestanden klaar zijn";
    UNNAMED: "attachment" | "bijlage";
    SHARE: "{done} of {total}" | "{done} van {total}";
}

/// "412 kB", "6.2 MB": what a person calls a size, in powers of ten.
pub(crate) fn size(bytes: u64) -> String {
    let (value, unit) = scaled(bytes);
    format!("{} {unit}", decimal(value))
}

/// "3.1 MB of 6.2 MB".
pub(crate) fn share(done: u64, total: u64) -> String {
    fill(SHARE, &[("done", &size(done)), ("total", &size(total))])
}

/// Whole percent; 100 only once all is done.
pub(crate) fn percent(done: u64, total: u64) -> u64 {
    match total {
        0 => 0,
        _ => u128::from(done)
            .saturating_mul(100)
            .checked_div(u128::from(total))
            .map_or(0, |percent| u64::try_from(percent.min(100)).unwrap_or(100)),
    }
}

/// A number with at most one decimal, and its unit.
#[allow(
    clippy::cast_precision_loss,
    reason = "sizes are shown with two digits or three"
)]
fn scaled(bytes: u64) -> (f64, &'static str) {
    let units = ["B", "kB", "MB", "GB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    let rounded = if unit < 2 {
        value.round()
    } else {
        (value * 10.0).round() / 10.0
    };
    (rounded, units[unit])
}

#[cfg(test)]
mod tests {
    use super::{percent, scaled};

    #[test]
    fn sizes_are_short() {
        assert_eq!(scaled(0), (0.0, "B"));
        assert_eq!(scaled(999), (999.0, "B"));
        assert_eq!(scaled(1000), (1.0, "kB"));
        assert_eq!(scaled(411_600), (412.0, "kB"));
        assert_eq!(scaled(999_600), (1.0, "MB"));
        assert_eq!(scaled(6_240_000), (6.2, "MB"));
        assert_eq!(scaled(5_368_709_120), (5.4, "GB"));
    }

    #[test]
    fn percents_do_not_promise_too_much() {
        assert_eq!(percent(0, 0), 0);
        assert_eq!(percent(199, 200), 99);
        assert_eq!(percent(u64::MAX, u64::MAX), 100);
    }
}
