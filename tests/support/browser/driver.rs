//! Starting chromedriver, and sessions through it.

use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
    sync::Mutex,
};

use anyhow::{Context as _, Result};
use fantoccini::{ClientBuilder, wd::TimeoutConfiguration};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use zegel_xtask::programs;

use super::{Browser, SCRIPT_LIMIT, Scheme};
use crate::process::{Service, command};

/// Chromium fetches nothing for itself; the tests' network is closed, and each attempt is slow.
const FLAGS: [&str; 13] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--lang=en-US",
    "--window-size=1440,900",
    // element.computedRole and element.computedName, by which elements are found.
    "--enable-blink-features=ComputedAccessibilityInfo",
];

/// A running chromedriver, through which browsers are opened. Dropping it closes them all.
#[derive(Debug)]
pub struct Browsers {
    url: String,
    _driver: Service,
}

impl Browsers {
    /// Starts chromedriver on a free port.
    ///
    /// # Errors
    ///
    /// If it is not installed or does not start.
    pub fn start() -> Result<Self> {
        let program = programs::chromedriver()
            .context("chromedriver is missing; `cargo xtask setup` installs it")?;
        let mut driver = Service::start(
            command(&program)
                .arg("--port=0")
                .stdin(Stdio::null())
                .stdout(Stdio::piped()),
        )?;
        let output = driver.child().stdout.take().context("no output")?;
        let mut lines = BufReader::new(output).lines();
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                let (_, port) = line.split_once("started successfully on port ")?;
                port.trim_end_matches('.').parse::<u16>().ok()
            })
            .context("chromedriver did not start")?;
        // A full pipe would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self {
            url: format!("http://127.0.0.1:{port}"),
            _driver: driver,
        })
    }

    /// Opens a browser for a person, on the app at `base`, such as `http://localhost:8080`.
    ///
    /// # Errors
    ///
    /// If it does not start.
    pub async fn open(&self, person: &str, base: &str) -> Result<Browser> {
        let chromium =
            programs::chromium().context("Chromium is missing; `cargo xtask setup` installs it")?;
        let downloads = tempfile::Builder::new()
            .prefix("zegel-downloads-")
            .tempdir()?;
        let capabilities = json!({
            "goog:chromeOptions": {
                "binary": chromium,
                "args": FLAGS,
                "prefs": {
                    "download.default_directory": downloads.path(),
                    // Its question would take the focus away from the page.
                    "credentials_enable_service": false,
                    "profile.password_manager_enabled": false,
                },
            },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else {
            unreachable!("it is written as an object");
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&self.url)
            .await?;
        client
            .update_timeouts(TimeoutConfiguration::new(Some(SCRIPT_LIMIT), None, None))
            .await?;
        let browser = Browser {
            client,
            person: person.to_owned(),
            base: base.trim_end_matches('/').to_owned(),
            downloads,
            console: Mutex::default(),
        };
        browser.scheme(Scheme::Light).await?;
        browser
            .devtools(
                "Browser.grantPermissions",
                json!({
                    "origin": browser.base,
                    "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"],
                }),
            )
            .await?;
        Ok(browser)
    }
}
