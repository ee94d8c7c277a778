//! Headless Chromium, driven as a person would: by what is on the screen and what it is called.

mod axe;
mod command;
mod driver;
mod element;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use fantoccini::{Client, elements::Element, key::Key, wd::WindowHandle};
use serde_json::{Value, json};
use tempfile::TempDir;
use zegel_xtask::programs;

pub use self::{axe::Violation, driver::Browsers};
use self::{command::Vendor, element::FIND};
use crate::wait;

/// One browser session: its own cookies, storage and window.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    person: String,
    base: String,
    downloads: TempDir,
    /// Console messages so far; the driver hands out each only once.
    console: Mutex<Vec<String>>,
}

/// What kind of thing is looked for, named by its ARIA role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Something to press.
    Button,
    /// Something to follow.
    Link,
    /// Something to type in.
    Field,
    /// On or off.
    Checkbox,
    /// One of several.
    Radio,
    /// A choice from a list.
    Choice,
    /// A title.
    Heading,
    /// A window over the page.
    Dialog,
    /// A message that interrupts.
    Alert,
    /// A message that does not.
    Status,
    /// A row of a table.
    Row,
    /// An entry of a list.
    Item,
    /// One page of several.
    Tab,
}

impl Role {
    fn aria(self) -> &'static [&'static str] {
        match self {
            Self::Button => &["button"],
            Self::Link => &["link"],
            Self::Field => &["textbox", "searchbox", "combobox", "spinbutton"],
            Self::Checkbox => &["checkbox", "switch"],
            Self::Radio => &["radio"],
            Self::Choice => &["combobox", "listbox"],
            Self::Heading => &["heading"],
            Self::Dialog => &["dialog", "alertdialog"],
            Self::Alert => &["alert"],
            Self::Status => &["status"],
            Self::Row => &["row"],
            Self::Item => &["listitem", "option", "menuitem"],
            Self::Tab => &["tab"],
        }
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Browser {
    /// Opens a path of the app, such as `/sign-in`, or a whole URL.
    ///
    /// # Errors
    ///
    /// If the browser cannot.
    pub async fn goto(&self, path: &str) -> Result<()> {
        let url = if path.starts_with('/') {
            format!("{}{path}", self.base)
        } else {
            path.to_owned()
        };
        self.client.goto(&url).await?;
        Ok(())
    }

    /// Loads the page anew.
    ///
    /// # Errors
    ///
    /// If the browser cannot.
    pub async fn reload(&self) -> Result<()> {
        self.client.refresh().await?;
        Ok(())
    }

    /// The tab that is driven now, to come back to.
    ///
    /// # Errors
    ///
    /// If the browser does not answer.
    pub async fn tab(&self) -> Result<WindowHandle> {
        Ok(self.client.window().await?)
    }

    /// Opens another tab at a path of the app, and drives that one from now on.
    ///
    /// # Errors
    ///
    /// If the browser cannot.
    pub async fn open_tab(&self, path: &str) -> Result<WindowHandle> {
        let tab = self.client.new_window(true).await?.handle;
        self.use_tab(&tab).await?;
        self.goto(path).await?;
        Ok(tab)
    }

    /// Drives another tab from now on.
    ///
    /// # Errors
    ///
    /// If it is gone.
    pub async fn use_tab(&self, tab: &WindowHandle) -> Result<()> {
        self.client.switch_to_window(tab.clone()).await?;
        Ok(())
    }

    /// The page's path, with its query and fragment.
    ///
    /// # Errors
    ///
    /// If the browser does not answer.
    pub async fn path(&self) -> Result<String> {
        let url = self.client.current_url().await?;
        Ok(url[url::Position::BeforePath..].to_owned())
    }

    /// Waits until the page has that path; its query and fragment do not count.
    ///
    /// # Errors
    ///
    /// If it does not come.
    pub async fn wait_for_path(&self, path: &str) -> Result<()> {
        let arrived = wait::until(&format!("the page {path}"), async || {
            Ok((self.client.current_url().await?.path() == path).then_some(()))
        })
        .await;
        self.explained(arrived).await
    }

    /// Waits for something visible of that role and accessible name.
    ///
    /// # Errors
    ///
    /// If it does not appear, then also saying what is on the page.
    pub async fn find(&self, role: Role, name: &str) -> Result<Element> {
        let found = wait::until(&format!("the {role:?} {name:?}"), async || {
            self.first(role, name, true).await
        })
        .await;
        self.explained(found).await
    }

    /// The same where the name only has to begin so.
    ///
    /// # Errors
    ///
    /// As [`Browser::find`].
    pub async fn find_beginning(&self, role: Role, name: &str) -> Result<Element> {
        let found = wait::until(&format!("a {role:?} {name:?}…"), async || {
            self.first(role, name, false).await
        })
        .await;
        self.explained(found).await
    }

    /// Whether something visible of that role and name is there now.
    ///
    /// # Errors
    ///
    /// If the browser does not answer.
    pub async fn has(&self, role: Role, name: &str) -> Result<bool> {
        Ok(self.first(role, name, true).await?.is_some())
    }

    /// Waits for the element with that `data-testid`, where nothing a person sees would do.
    ///
    /// # Errors
    ///
    /// If it does not appear.
    pub async fn test_id(&self, id: &str) -> Result<Element> {
        let script = "return document.querySelector(`[data-testid=\"${arguments[0]}\"]`)";
        let found = wait::until(&format!("data-testid {id}"), async || {
            let found = self.client.execute(script, vec![json!(id)]).await?;
            Ok(element::from_json(&self.client, &found))
        })
        .await;
        self.explained(found).await
    }

    /// Presses it, once it is there and enabled.
    ///
    /// # Errors
    ///
    /// If it does not come to that, or something else covers it.
    pub async fn click(&self, role: Role, name: &str) -> Result<()> {
        let clicked = wait::until(
            &format!("the {role:?} {name:?} to be enabled"),
            async || {
                let Some(element) = self.first(role, name, true).await? else {
                    return Ok(None);
                };
                // It may be drawn anew, or still be moving, at this very moment.
                let enabled = element.is_enabled().await.unwrap_or(false);
                Ok((enabled && element.click().await.is_ok()).then_some(()))
            },
        )
        .await;
        self.explained(clicked).await
    }

    /// Types into a field, in place of what is in it.
    ///
    /// # Errors
    ///
    /// If there is no such field, or it does not take the text.
    pub async fn fill(&self, field: &str, text: &str) -> Result<()> {
        let element = self.find(Role::Field, field).await?;
        let filled = async {
            element.clear().await?;
            element.send_keys(text).await?;
            let held = element.prop("value").await?.unwrap_or_default();
            // A text area turns line breaks into its own.
            let held = held.replace("\r\n", "\n");
            ensure!(held == text, "{field} holds {held:?}, typed was {text:?}");
            Ok(())
        }
        .await;
        self.explained(filled).await
    }

    /// Gives a file to the field for files of that name, as the browser's own dialog would.
    ///
    /// # Errors
    ///
    /// If there is no such field.
    pub async fn choose_files(&self, field: &str, files: &[&Path]) -> Result<()> {
        let script = "return [...document.querySelectorAll('input[type=file]')].find((input) => \
            (input.getAttribute('aria-label') ?? input.labels?.[0]?.innerText ?? '').trim() \
            === arguments[0])";
        let found = wait::until(&format!("the file field {field:?}"), async || {
            let found = self.client.execute(script, vec![json!(field)]).await?;
            Ok(element::from_json(&self.client, &found))
        })
        .await;
        let input = self.explained(found).await?;
        // A line for each (WebDriver, section 12.5.3).
        let paths: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
        input.send_keys(&paths.join("\n")).await?;
        Ok(())
    }

    /// Chooses from a list by what the choice is called.
    ///
    /// # Errors
    ///
    /// If there is no such list or choice.
    pub async fn choose(&self, list: &str, choice: &str) -> Result<()> {
        let element = self.find(Role::Choice, list).await?;
        let chosen = element.select_by_label(choice).await;
        self.explained(chosen.context("choose")).await
    }

    /// Types where the focus is.
    ///
    /// # Errors
    ///
    /// If the browser cannot.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        let focused = self.client.active_element().await?;
        focused.send_keys(text).await?;
        Ok(())
    }

    /// Presses a key where the focus is.
    ///
    /// # Errors
    ///
    /// If the browser cannot.
    pub async fn press(&self, key: Key) -> Result<()> {
        let focused = self.client.active_element().await?;
        focused.send_keys(&char::from(key).to_string()).await?;
        Ok(())
    }

    /// All visible text, with each run of spaces and line breaks as one space.
    ///
    /// # Errors
    ///
    /// If the browser does not answer.
    pub async fn text(&self) -> Result<String> {
        let text = self
            .client
            .execute("return document.body?.innerText ?? ''", vec![])
            .await?;
        let words: Vec<_> = text
            .as_str()
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        Ok(words.join(" "))
    }

    /// Waits until the page shows that text.
    ///
    /// # Errors
    ///
    /// If it does not.
    pub async fn see(&self, text: &str) -> Result<()> {
        let seen = wait::until(&format!("the text {text:?}"), async || {
            Ok(self.text().await?.contains(text).then_some(()))
        })
        .await;
        self.explained(seen).await
    }

    /// Waits until the page no longer shows that text.
    ///
    /// # Errors
    ///
    /// If it stays.
    pub async fn see_no_longer(&self, text: &str) -> Result<()> {
        let gone = wait::until(&format!("the text {text:?} to go"), async || {
            Ok((!self.text().await?.contains(text)).then_some(()))
        })
        .await;
        self.explained(gone).await
    }

    /// Runs JavaScript in the page and returns what it returns.
    ///
    /// # Errors
    ///
    /// If it throws.
    pub async fn eval(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, vec![]).await?)
    }

    /// Runs JavaScript that calls back, and returns what it calls back with. The callback is the
    /// script's only argument.
    ///
    /// # Errors
    ///
    /// If it throws, or does not call back within a minute.
    pub async fn eval_async(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute_async(script, vec![]).await?)
    }

    /// What the app put on the clipboard.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub async fn clipboard(&self) -> Result<String> {
        let script = "navigator.clipboard.readText().then(arguments[0], () => arguments[0](null))";
        let text = self.eval_async(script).await?;
        Ok(text.as_str().context("the clipboard")?.to_owned())
    }

    /// Waits for a downloaded file, and returns its content.
    ///
    /// # Errors
    ///
    /// If none of that name comes.
    pub async fn download(&self, name: &str) -> Result<String> {
        let file = self.downloads.path().join(name);
        let content = wait::until(&format!("the download {name}"), async || {
            Ok(fs::read_to_string(&file)
                .ok()
                .filter(|text| !text.is_empty()))
        })
        .await;
        self.explained(content).await
    }

    /// Shows the app as to a person who prefers that scheme.
    ///
    /// # Errors
    ///
    /// If the browser cannot.
    pub async fn scheme(&self, scheme: Scheme) -> Result<()> {
        let scheme = match scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        // Without motion, nothing is measured or pictured half-way.
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await?;
        Ok(())
    }

    /// Gives the page that size, in CSS pixels.
    ///
    /// # Errors
    ///
    /// If the browser cannot.
    pub async fn size(&self, width: u32, height: u32) -> Result<()> {
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
        )
        .await?;
        Ok(())
    }

    /// A command of the Chrome DevTools protocol.
    ///
    /// # Errors
    ///
    /// If the browser refuses it.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        Ok(self
            .client
            .issue_cmd(Vendor::devtools(command, parameters))
            .await?)
    }

    /// Pictures the page as `target/screenshots/NAME.png`, and returns that path.
    ///
    /// # Errors
    ///
    /// If the browser cannot, or the file cannot be written.
    pub async fn screenshot(&self, name: &str) -> Result<PathBuf> {
        let picture = self
            .devtools("Page.captureScreenshot", json!({ "format": "png" }))
            .await?;
        let picture = STANDARD.decode(picture["data"].as_str().context("no picture")?)?;
        let folder = programs::root().join("target/screenshots");
        fs::create_dir_all(&folder)?;
        let file = folder.join(name).with_extension("png");
        fs::write(&file, picture)?;
        Ok(file)
    }

    /// Pictures the screen, light and dark, and checks both with axe.
    ///
    /// # Errors
    ///
    /// If axe has a serious or critical finding.
    pub async fn check_screen(&self, name: &str) -> Result<()> {
        for (scheme, suffix) in [(Scheme::Dark, "dark"), (Scheme::Light, "light")] {
            self.scheme(scheme).await?;
            // Colours that children inherit change frame by frame.
            let moving = self.eval_async(SETTLED).await.context("settling")?;
            ensure!(
                moving.is_null(),
                "{name}, {suffix}, does not settle: {moving}"
            );
            self.screenshot(&format!("{name}-{suffix}")).await?;
            let violations = axe::serious(&self.client).await.context("axe")?;
            if !violations.is_empty() {
                let list: Vec<_> = violations.iter().map(ToString::to_string).collect();
                bail!("axe on {name}, {suffix}:\n{}", list.join("\n"));
            }
        }
        Ok(())
    }

    /// axe's findings of at least serious impact, now.
    ///
    /// # Errors
    ///
    /// If axe cannot run.
    pub async fn violations(&self) -> Result<Vec<Violation>> {
        axe::serious(&self.client).await
    }

    /// Warnings and errors of the console so far, violations of the Content-Security-Policy among
    /// them.
    ///
    /// # Errors
    ///
    /// If the browser does not answer.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let new = self.client.issue_cmd(Vendor::console()).await?;
        let mut console = self.console.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in new.as_array().into_iter().flatten() {
            let message = entry["message"].as_str().unwrap_or_default();
            let is_complaint = matches!(entry["level"].as_str(), Some("WARNING" | "SEVERE"));
            if is_complaint && !message.contains(UNCHECKED_PRELOAD) {
                console.push(message.to_owned());
            }
        }
        Ok(console.clone())
    }

    /// Checks that the console has no warning or error, but for those that contain one of the
    /// texts: the browser reports each failed request, an expected one too.
    ///
    /// # Errors
    ///
    /// If it has.
    pub async fn check_quiet(&self, but_for: &[&str]) -> Result<()> {
        let complaints: Vec<_> = self
            .complaints()
            .await?
            .into_iter()
            .filter(|complaint| !but_for.iter().any(|text| complaint.contains(text)))
            .collect();
        ensure!(
            complaints.is_empty(),
            "{}'s console:\n{}",
            self.person,
            complaints.join("\n")
        );
        Ok(())
    }

    async fn first(&self, role: Role, name: &str, whole: bool) -> Result<Option<Element>> {
        let arguments = vec![json!(role.aria()), json!(name), json!(whole)];
        let found = self.client.execute(FIND, arguments).await?;
        Ok(element::from_json(&self.client, &found))
    }

    /// Adds to an error what the person would have had on the screen.
    async fn explained<T>(&self, outcome: Result<T>) -> Result<T> {
        let Err(error) = outcome else { return outcome };
        let name = format!("failed-{}", self.person);
        let picture = self.screenshot(&name).await.unwrap_or_default();
        Err(error.context(format!(
            "{} at {}\n  the page: {}\n  the console: {}\n  the picture: {}\n",
            self.person,
            self.path().await.unwrap_or_default(),
            self.text().await.unwrap_or_default(),
            self.complaints().await.unwrap_or_default().join("\n    "),
            picture.display(),
        )))
    }
}

/// Chromium says so of every preloaded `.wasm` with an integrity attribute; it takes the file
/// without the check.
const UNCHECKED_PRELOAD: &str = "`integrity` attribute is currently ignored for preload";

/// Calls back when nothing has moved for some frames; what turns for ever does not count, and
/// neither does what is not shown: in closed details a transition stands still. Or, after ten
/// seconds, with what still moves.
const SETTLED: &str = r"
const done = arguments[0];
const moves = ({ effect }) => effect?.getTiming().iterations !== Infinity
  && effect?.target?.checkVisibility();
const name = ({ effect, animationName, transitionProperty }) =>
  `${animationName ?? transitionProperty} of ${effect.target?.outerHTML.slice(0, 120)}`;
const end = performance.now() + 10000;
let quiet = 0;
const frame = () => {
  const moving = document.getAnimations().filter(moves);
  quiet = moving.length ? 0 : quiet + 1;
  if (quiet > 3) done(null);
  else if (performance.now() > end) done(moving.map(name));
  else requestAnimationFrame(frame);
};
frame();
";

/// How long a script may take that calls back, as axe does.
const SCRIPT_LIMIT: Duration = Duration::from_secs(60);
