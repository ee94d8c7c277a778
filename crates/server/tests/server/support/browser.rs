use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use zegel_api::{CLIENT_HEADER, ErrorCode, Method, Problem, Route, fill};

/// Keeps cookies and sends what a Zegel client sends.
#[derive(Clone)]
pub(crate) struct Browser {
    base: String,
    pub(crate) client: Client,
}

pub(crate) struct Answer<T> {
    pub(crate) status: StatusCode,
    pub(crate) body: Result<T, Problem>,
}

impl<T> Answer<T> {
    /// The success.
    pub(crate) fn ok(self) -> T {
        self.body.unwrap_or_else(|problem| panic!("{problem:?}"))
    }

    /// The failure's code.
    pub(crate) fn code(self) -> ErrorCode {
        match self.body {
            Ok(_) => panic!("unexpected success"),
            Err(problem) => {
                assert_eq!(problem.status, self.status.as_u16());
                assert_eq!(problem.code.status(), problem.status);
                problem.code
            }
        }
    }
}

impl Browser {
    pub(crate) fn new(base: String) -> Self {
        let client = Client::builder().cookie_store(true).build().unwrap();
        Self { base, client }
    }

    pub(crate) async fn call<R: Route>(
        &self,
        route: R,
        request: &R::Request,
    ) -> Answer<R::Response> {
        self.call_at(route, &[], request).await
    }

    pub(crate) async fn call_at<R: Route>(
        &self,
        _: R,
        path: &[&str],
        request: &R::Request,
    ) -> Answer<R::Response> {
        let url = format!("{}{}", self.base, fill(R::PATH, path));
        let builder = match R::METHOD {
            Method::Get => self.client.get(with_query(&url, request)),
            Method::Post => self
                .client
                .post(url)
                .header(CLIENT_HEADER, "test")
                .json(request),
            Method::Put => self
                .client
                .put(url)
                .header(CLIENT_HEADER, "test")
                .json(request),
        };
        let response = builder.send().await.unwrap();
        let status = response.status();
        let media = response.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        let bytes = response.bytes().await.unwrap();
        let body = if status.is_success() {
            Ok(serde_json::from_slice(&bytes).unwrap())
        } else {
            assert_eq!(media, "application/problem+json");
            Err(serde_json::from_slice(&bytes).unwrap())
        };
        Answer { status, body }
    }

    /// A request without any of a client's manners.
    pub(crate) async fn raw(
        &self,
        method: reqwest::Method,
        path: &str,
        change: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Response {
        let builder = self.client.request(method, format!("{}{path}", self.base));
        change(builder).send().await.unwrap()
    }
}

fn with_query<T: serde::Serialize>(url: &str, request: &T) -> String {
    let mut url = url::Url::parse(url).unwrap();
    if let Value::Object(fields) = serde_json::to_value(request).unwrap() {
        for (name, value) in fields {
            match value {
                Value::Null => {}
                Value::String(text) => {
                    url.query_pairs_mut().append_pair(&name, &text);
                }
                other => {
                    url.query_pairs_mut().append_pair(&name, &other.to_string());
                }
            }
        }
    }
    url.into()
}
