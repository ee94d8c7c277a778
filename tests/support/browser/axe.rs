//! Accessibility checks by axe-core, run in the page.

use std::{fmt, fs};

use anyhow::{Context as _, Result};
use fantoccini::Client;
use serde::Deserialize;
use serde_json::Value;
use zegel_xtask::programs;

/// What axe found.
#[derive(Clone, Debug, Deserialize)]
pub struct Violation {
    /// The rule's name.
    pub id: String,
    /// `serious` or `critical`.
    pub impact: String,
    /// What the rule asks for.
    pub help: String,
    /// Where it is not met: a selector and what is wrong there.
    pub places: Vec<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "  {} ({}): {}\n    {}",
            self.id,
            self.impact,
            self.help,
            self.places.join("\n    ")
        )
    }
}

const RUN: &str = r"
const done = arguments[0];
axe.run(document, { resultTypes: ['violations'] }).then(
  ({ violations }) => done(violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, help, nodes }) => ({
      id, impact, help,
      places: nodes.map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`),
    }))),
  (error) => done(String(error)),
);
";

/// Findings of serious and critical impact in the page as it is now.
pub(super) async fn serious(client: &Client) -> Result<Vec<Violation>> {
    let loaded = client
        .execute("return typeof axe === 'object'", vec![])
        .await?;
    if loaded != Value::Bool(true) {
        let axe = programs::node_modules().join("axe-core/axe.min.js");
        let axe = fs::read_to_string(axe)
            .context("axe-core is missing; `cargo xtask setup` installs it")?;
        client.execute(&axe, vec![]).await?;
    }
    let found = client.execute_async(RUN, vec![]).await?;
    serde_json::from_value(found.clone()).with_context(|| format!("axe: {found}"))
}
