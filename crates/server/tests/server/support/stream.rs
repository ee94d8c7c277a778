use std::time::Duration;

use reqwest::{Method, Response};
use zegel_api::{EVENTS, Event};

use super::Browser;

/// Nothing takes this long.
const PATIENCE: Duration = Duration::from_secs(20);

/// The events of a session.
pub(crate) struct Stream {
    answer: Response,
    text: String,
}

impl Stream {
    /// Opens it. Whatever happens from now on is told.
    pub(crate) async fn open(browser: &Browser) -> Self {
        let answer = browser.raw(Method::GET, EVENTS, |it| it).await;
        assert_eq!(answer.status(), 200);
        Self {
            answer,
            text: String::new(),
        }
    }

    /// The next event, waited for.
    pub(crate) async fn next(&mut self) -> Event {
        loop {
            if let Some(event) = self.take() {
                return event;
            }
            let chunk = tokio::time::timeout(PATIENCE, self.answer.chunk())
                .await
                .expect("no event came");
            let bytes = chunk.unwrap().expect("the stream ended");
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    /// Nothing more is told before the end, which is waited for.
    pub(crate) async fn ended(mut self) {
        loop {
            assert_eq!(self.take(), None);
            let chunk = tokio::time::timeout(PATIENCE, self.answer.chunk())
                .await
                .expect("the stream goes on");
            match chunk.unwrap() {
                Some(bytes) => self.text.push_str(std::str::from_utf8(&bytes).unwrap()),
                None => return,
            }
        }
    }

    /// An event that arrived whole. Comments are left out.
    fn take(&mut self) -> Option<Event> {
        while let Some((block, rest)) = self.text.split_once("\n\n") {
            let data = block
                .lines()
                .find_map(|line| line.strip_prefix("data:"))
                .map(|data| serde_json::from_str(data).unwrap());
            self.text = rest.to_owned();
            if data.is_some() {
                return data;
            }
        }
        None
    }
}
