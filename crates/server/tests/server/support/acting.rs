use ed25519_dalek::SigningKey;
use zegel_protocol::{Name, SendCertificate, SendKey};

use super::{Held, Person, Server, random, sign};

impl Held {
    /// The account in the hands of somebody on its roster: their browser, its address, and the send key that they were
    /// given with it.
    pub(crate) fn acting(&self, who: &Person) -> Person {
        let send_key = self.send_keys[&who.account].clone();
        let roster = &self.roster.as_ref().unwrap().statement;
        let certificate = SendCertificate {
            account: self.account,
            send_key: SendKey(send_key.verifying_key().to_bytes()),
            generation: self.state.statement.mailbox_generation,
            shown_name: roster
                .member(who.account)
                .unwrap()
                .visible
                .then(|| Name::try_from("Somebody").unwrap()),
        };
        Person {
            browser: who.browser.clone(),
            account: self.account,
            address: self.address.clone(),
            // Whoever acts has everything of the mailbox, and nothing of the account.
            identity: SigningKey::from_bytes(&random()),
            send_key,
            state: self.state.clone(),
            send_certificate: sign(&self.identity, certificate),
            session: who.session.clone(),
        }
    }
}

impl Person {
    /// Gives `to`, and nobody else, access as a delegate. Returns what the owner holds, and that person at work.
    pub(crate) async fn delegate(
        &mut self,
        server: &Server,
        to: &Person,
        visible: bool,
    ) -> (Held, Person) {
        let mut held = Held::of(self);
        held.share(server, self, &[(to, visible)], false).await;
        self.state = held.state.clone();
        let acting = held.acting(to);
        (held, acting)
    }
}
