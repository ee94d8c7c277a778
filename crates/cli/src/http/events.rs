//! The server's events (WHATWG HTML, section 9.2: server-sent events), as far as this server uses them.

use std::collections::VecDeque;
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use zegel_api::Event;
use zegel_client::TransportError;

/// The server says something every 20 seconds; a connection that is silent for so long is none.
const SILENCE: Duration = Duration::from_secs(60);
/// Longest event in bytes.
const MAX_EVENT_BYTES: usize = 64 * 1024;

/// What changed, as it happens.
pub(crate) struct Events {
    body: Incoming,
    parser: Parser,
    waiting: VecDeque<String>,
}

impl Events {
    pub(super) fn new(body: Incoming) -> Self {
        Self {
            body,
            parser: Parser::default(),
            waiting: VecDeque::new(),
        }
    }

    /// Waits for the next event.
    ///
    /// # Errors
    /// [`TransportError`] where the connection ended.
    pub(crate) async fn next(&mut self) -> Result<Event, TransportError> {
        loop {
            while let Some(data) = self.waiting.pop_front() {
                // Of a newer server there may be events that this program does not know.
                if let Ok(event) = serde_json::from_str(&data) {
                    return Ok(event);
                }
            }
            let frame = tokio::time::timeout(SILENCE, self.body.frame())
                .await
                .map_err(|_| TransportError)?
                .ok_or(TransportError)?
                .map_err(|_| TransportError)?;
            if let Some(bytes) = frame.data_ref() {
                self.waiting.extend(self.parser.take(bytes)?);
            }
        }
    }
}

/// Puts lines together.
#[derive(Default)]
struct Parser {
    line: Vec<u8>,
    data: String,
}

impl Parser {
    /// The data of the events that end in `bytes`.
    fn take(&mut self, bytes: &[u8]) -> Result<Vec<String>, TransportError> {
        let mut events = Vec::new();
        for byte in bytes {
            if *byte != b'\n' {
                self.line.push(*byte);
            } else if let Some(event) = self.end_line() {
                events.push(event);
            }
            if self.line.len() + self.data.len() > MAX_EVENT_BYTES {
                return Err(TransportError);
            }
        }
        Ok(events)
    }

    fn end_line(&mut self) -> Option<String> {
        let line = std::mem::take(&mut self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            return (!data.is_empty()).then_some(data);
        }
        if let Some(data) = line.strip_prefix(b"data:") {
            if !self.data.is_empty() {
                self.data.push('\n');
            }
            let data = data.strip_prefix(b" ").unwrap_or(data);
            self.data.push_str(&String::from_utf8_lossy(data));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_EVENT_BYTES, Parser};

    #[test]
    fn events_are_put_together_wherever_they_were_cut() {
        let stream = b": hello\n\ndata: {\"a\":1}\n\nevent: x\r\ndata:b\r\ndata: c\r\n\r\n";
        for cut in 0..stream.len() {
            let mut parser = Parser::default();
            let (first, second) = stream.split_at(cut);
            let mut events = parser.take(first).unwrap();
            events.extend(parser.take(second).unwrap());
            assert_eq!(events, ["{\"a\":1}", "b\nc"], "cut at {cut}");
        }
    }

    #[test]
    fn an_event_without_end_is_given_up() {
        let mut parser = Parser::default();
        assert!(parser.take(&[b'x'; MAX_EVENT_BYTES]).is_ok());
        assert!(parser.take(b"x").is_err());
    }
}
