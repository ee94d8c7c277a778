use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};

use crate::{Refusal, Result, Store, entity::setting};

impl Store {
    /// The setting, or `proposed` where there is none yet. Servers that start at the same time agree on one.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn setting_or(&self, name: &str, proposed: &[u8]) -> Result<Vec<u8>> {
        if let Some(row) = setting::Entity::find_by_id(name.to_owned())
            .one(&self.db)
            .await?
        {
            return Ok(row.value);
        }
        let row = setting::ActiveModel {
            name: Set(name.to_owned()),
            value: Set(proposed.to_vec()),
        };
        setting::Entity::insert(row)
            .on_conflict(
                OnConflict::column(setting::Column::Name)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&self.db)
            .await?;
        let row = setting::Entity::find_by_id(name.to_owned())
            .one(&self.db)
            .await?;
        Ok(row.ok_or(Refusal::Conflict)?.value)
    }
}
