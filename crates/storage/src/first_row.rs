use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
};
use zegel_protocol::{AccountId, Address, OrgId, Timestamp};

use crate::{
    Kind, NewState, Refusal, Result, Role, Status,
    accounts::{insert_mailbox_key, insert_state},
    entity::account,
    store::{int, ms},
};

/// What every new account begins with.
pub(crate) struct FirstRow<'a> {
    pub(crate) id: AccountId,
    pub(crate) address: &'a Address,
    pub(crate) name: String,
    pub(crate) language: String,
    pub(crate) kind: Kind,
    /// Of which it is a member from the beginning.
    pub(crate) organisation: Option<OrgId>,
    pub(crate) state: &'a NewState,
    pub(crate) send_certificate: Vec<u8>,
    /// The first mailbox key, sealed under the account key.
    pub(crate) mailbox_key: Vec<u8>,
}

impl FirstRow<'_> {
    /// Inserts the account with its first state and mailbox key. Who made a person's account is signed
    /// in with it.
    ///
    /// # Errors
    ///
    /// `AddressTaken`, `DuplicateId`. Or the database fails.
    pub(crate) async fn insert(self, db: &impl ConnectionTrait, now: Timestamp) -> Result<()> {
        let taken = account::Entity::find()
            .filter(account::Column::Address.eq(self.address.as_str()))
            .count(db)
            .await?;
        if taken > 0 {
            return Err(Refusal::AddressTaken.into());
        }
        let role = match self.organisation {
            Some(_) => Role::Member,
            None => Role::Free,
        };
        let row = account::ActiveModel {
            id: Set(self.id.0.to_vec()),
            address: Set(self.address.as_str().to_owned()),
            domain: Set(self.address.domain().as_str().to_owned()),
            name: Set(self.name),
            language: Set(self.language),
            kind: Set(self.kind.as_str().to_owned()),
            status: Set(Status::Active.as_str().to_owned()),
            role: Set(role.as_str().to_owned()),
            organisation: Set(self.organisation.map(|it| it.0.to_vec())),
            joined_at: Set(self.organisation.map(|_| ms(now))),
            created_at: Set(ms(now)),
            last_sign_in_at: Set((self.kind == Kind::Person).then_some(ms(now))),
            deferred_at: Set(None),
            epoch: Set(int(self.state.epoch)),
            sequence: Set(int(self.state.sequence)),
            state: Set(self.state.statement.clone()),
            state_hash: Set(self.state.hash.0.to_vec()),
            send_certificate: Set(self.send_certificate),
            rotation_pending_since: Set(None),
        };
        account::Entity::insert(row)
            .exec_without_returning(db)
            .await?;
        insert_state(db, self.id, self.state).await?;
        insert_mailbox_key(db, self.id, 1, self.mailbox_key).await
    }
}
