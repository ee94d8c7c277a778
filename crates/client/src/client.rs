use crate::environment::Environment;

/// Nobody yet: what can be done without an account.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) environment: Environment,
}

impl Client {
    /// A client on a platform.
    #[must_use]
    pub fn new(environment: Environment) -> Self {
        Self { environment }
    }
}
