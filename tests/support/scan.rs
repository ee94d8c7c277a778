//! Searching stored files for what must not be in them.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

/// Shorter secrets would be found by chance.
const SHORTEST_BYTES: usize = 6;

/// What to search for.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    patterns: Vec<Pattern>,
}

/// Where a secret stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The name that the test gave the secret.
    pub secret: String,
    /// How it is written there.
    pub form: &'static str,
    /// In which file.
    pub file: PathBuf,
}

#[derive(Clone, Debug)]
struct Pattern {
    secret: String,
    form: &'static str,
    bytes: Vec<u8>,
}

impl Pattern {
    fn finding(&self, file: &Path) -> Finding {
        Finding {
            secret: self.secret.clone(),
            form: self.form,
            file: file.to_owned(),
        }
    }
}

impl Scan {
    /// Adds secret bytes: searched raw, in hex of both cases, and in both alphabets of base64 at
    /// each of the three places in a group that they can start at.
    ///
    /// # Panics
    ///
    /// If there are so few of them that they would be found by chance.
    #[must_use]
    pub fn bytes(mut self, name: &str, secret: &[u8]) -> Self {
        assert!(secret.len() >= SHORTEST_BYTES, "{name} is too short");
        let mut add = |form, bytes| {
            self.patterns.push(Pattern {
                secret: name.to_owned(),
                form,
                bytes,
            });
        };
        add("raw", secret.to_vec());
        add("hex", hex::encode(secret).into_bytes());
        add("hex", hex::encode_upper(secret).into_bytes());
        for offset in 0..3 {
            let mut padded = vec![0; offset];
            padded.extend(secret);
            // Only characters that no neighbour of the secret has a bit in.
            let characters = (offset * 8).div_ceil(6)..padded.len() * 8 / 6;
            let standard = STANDARD_NO_PAD.encode(&padded);
            let url = URL_SAFE_NO_PAD.encode(&padded);
            add("base64", standard.as_bytes()[characters.clone()].to_vec());
            if url != standard {
                add("base64url", url.as_bytes()[characters].to_vec());
            }
        }
        self
    }

    /// Adds a secret text: as bytes, and in UTF-16 of both orders.
    ///
    /// # Panics
    ///
    /// As [`Scan::bytes`].
    #[must_use]
    pub fn text(self, name: &str, secret: &str) -> Self {
        let mut scan = self.bytes(name, secret.as_bytes());
        for (form, bytes) in [
            (
                "UTF-16LE",
                secret.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            ),
            (
                "UTF-16BE",
                secret.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            ),
        ] {
            scan.patterns.push(Pattern {
                secret: name.to_owned(),
                form,
                bytes,
            });
        }
        scan
    }

    /// Searches every file under the folders.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, or there is none: then nothing would have been searched.
    pub fn run(&self, folders: &[&Path]) -> Result<Vec<Finding>> {
        let starts = Starts::of(&self.patterns);
        let mut findings = Vec::new();
        for folder in folders {
            let mut files = Vec::new();
            collect(folder, &mut files).with_context(|| folder.display().to_string())?;
            ensure!(!files.is_empty(), "no file under {}", folder.display());
            for file in files {
                let content = fs::read(&file).with_context(|| file.display().to_string())?;
                let found = self.search(&starts, &content);
                findings.extend(found.map(|pattern| pattern.finding(&file)));
            }
        }
        Ok(findings)
    }

    /// Searches every file under the folders; then once more with each secret planted in the
    /// last folder in each form, which all have to be found. Returns what was found at first.
    ///
    /// # Errors
    ///
    /// As [`Scan::run`], and if a planted secret is not found.
    pub fn run_proven(&self, folders: &[&Path]) -> Result<Vec<Finding>> {
        let findings = self.run(folders)?;
        let folder = folders.last().context("no folder")?;
        let planted = folder.join("planted");
        let content: Vec<_> = self.patterns.iter().map(|it| it.bytes.as_slice()).collect();
        fs::write(&planted, content.join(&b"\x00between\x00"[..]))?;
        let found = self.run(&[folder])?;
        fs::remove_file(&planted)?;
        for pattern in &self.patterns {
            ensure!(
                found.contains(&pattern.finding(&planted)),
                "{} was planted as {} and not found",
                pattern.secret,
                pattern.form
            );
        }
        Ok(findings)
    }

    fn search(&self, starts: &Starts, content: &[u8]) -> impl Iterator<Item = &Pattern> {
        let mut found = vec![false; self.patterns.len()];
        starts.search(&self.patterns, content, &mut found);
        // Mail breaks lines, and with them what is encoded.
        starts.search(&self.patterns, &joined_lines(content), &mut found);
        let found = self.patterns.iter().zip(found);
        found.filter_map(|(pattern, found)| found.then_some(pattern))
    }
}

/// Patterns by their first two bytes, so that all are searched at once: attachments are large, and there are many forms.
struct Starts {
    any: Vec<bool>,
    patterns: HashMap<usize, Vec<usize>>,
}

impl Starts {
    fn of(patterns: &[Pattern]) -> Self {
        let mut starts = Self {
            any: vec![false; 1 << 16],
            patterns: HashMap::new(),
        };
        for (number, pattern) in patterns.iter().enumerate() {
            let start = usize::from(pattern.bytes[0]) << 8 | usize::from(pattern.bytes[1]);
            starts.any[start] = true;
            starts.patterns.entry(start).or_default().push(number);
        }
        starts
    }

    fn search(&self, patterns: &[Pattern], content: &[u8], found: &mut [bool]) {
        let mut start = 0;
        // While loops and plain arithmetic: this is built without optimisation.
        let mut at = 0;
        while at < content.len() {
            start = (start << 8 | content[at] as usize) & 0xffff;
            if self.any[start] && at > 0 {
                for &number in &self.patterns[&start] {
                    found[number] |= content[at - 1..].starts_with(&patterns[number].bytes);
                }
            }
            at += 1;
        }
    }
}

/// The content as it was before mail encoded it: without line breaks, and with quoted-printable
/// (RFC 2045, section 6.7) decoded.
fn joined_lines(content: &[u8]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(content.len());
    for line in content.split(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut rest = line.strip_suffix(b"=").unwrap_or(line);
        while let Some(place) = memchr::memchr(b'=', rest) {
            let (plain, after) = rest.split_at(place);
            joined.extend_from_slice(plain);
            let mut decoded = [b'='];
            let digits = after.get(1..3);
            rest = match digits.map(|digits| hex::decode_to_slice(digits, &mut decoded)) {
                Some(Ok(())) => &after[3..],
                _ => &after[1..],
            };
            joined.extend_from_slice(&decoded);
        }
        joined.extend_from_slice(rest);
    }
    joined
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in folder.read_dir()? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(&entry.path(), files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}
