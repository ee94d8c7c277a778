//! The filter of the audit log, and its file for other programs.

use zegel_api::AuditCategory;
use zegel_client::view::{AuditEventView, AuditFilter};

use super::Message;
use super::csv::Csv;
use crate::i18n::admin;

/// Which time is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Period {
    /// From the beginning.
    #[default]
    All,
    /// Since midnight.
    Today,
    /// Today and the six days before.
    Week,
    /// Today and the 29 days before.
    Month,
    /// From one date to another.
    Own,
}

impl Period {
    /// Every choice, in the order of the list.
    pub(crate) const ALL: [Self; 5] = [Self::All, Self::Today, Self::Week, Self::Month, Self::Own];

    /// The value in the form.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Today => "today",
            Self::Week => "week",
            Self::Month => "month",
            Self::Own => "own",
        }
    }

    /// From the value in the form; anything else is everything.
    pub(crate) fn from_key(key: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|period| period.key() == key)
            .unwrap_or_default()
    }
}

/// The form above the log, as typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FilterForm {
    /// Which time.
    pub(crate) period: Period,
    /// First day, as `yyyy-mm-dd`; with [`Period::Own`].
    pub(crate) from: String,
    /// Last day, as `yyyy-mm-dd`; with [`Period::Own`].
    pub(crate) until: String,
    /// Part of the actor's address.
    pub(crate) actor: String,
    /// Only this category.
    pub(crate) category: Option<AuditCategory>,
}

/// Why the form cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UntilBeforeFrom;

/// A day of the calendar: year, month from 1, day from 1.
pub(crate) type Day = (i32, u32, u32);

impl FilterForm {
    /// Nothing is left out.
    pub(crate) fn is_open(&self) -> bool {
        let own = self.period == Period::Own && (!self.from.is_empty() || !self.until.is_empty());
        !own && matches!(self.period, Period::All | Period::Own)
            && self.actor.trim().is_empty()
            && self.category.is_none()
    }

    /// What to ask the server for. `midnight` gives the start of a day so many days later, where the user is.
    ///
    /// # Errors
    /// [`UntilBeforeFrom`].
    pub(crate) fn filter(
        &self,
        today: Day,
        midnight: impl Fn(Day, i32) -> u64,
    ) -> Result<AuditFilter, UntilBeforeFrom> {
        let (from_ms, until_ms) = match self.period {
            Period::All => (None, None),
            Period::Today => (Some(midnight(today, 0)), None),
            Period::Week => (Some(midnight(today, -6)), None),
            Period::Month => (Some(midnight(today, -29)), None),
            Period::Own => {
                let from = parse_day(&self.from);
                let until = parse_day(&self.until);
                if from.zip(until).is_some_and(|(from, until)| until < from) {
                    return Err(UntilBeforeFrom);
                }
                (
                    from.map(|day| midnight(day, 0)),
                    until.map(|day| midnight(day, 1)),
                )
            }
        };
        let actor = self.actor.trim().to_lowercase();
        Ok(AuditFilter {
            category: self.category,
            actor: (!actor.is_empty()).then_some(actor),
            from_ms,
            until_ms,
        })
    }
}

/// The value of a date field; nothing while it is incomplete.
fn parse_day(value: &str) -> Option<Day> {
    let mut parts = value.split('-');
    let day = (
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
    );
    parts.next().is_none().then_some(day)
}

/// The category with this fixed label.
pub(crate) fn category_of(label: &str) -> Option<AuditCategory> {
    AuditCategory::ALL
        .iter()
        .copied()
        .find(|category| category.label() == label)
}

/// The server's fixed words about an event, in words of the page; none where there is nothing to add.
pub(crate) fn details(category: AuditCategory, details: &str) -> Option<Message> {
    use AuditCategory as C;
    let filled = |text, name| Message::Filled(text, vec![(name, details.to_owned())]);
    Some(match (category, details) {
        (_, "") => return None,
        (C::JoinAccountsToOrganization, _) => filled(admin::DETAIL_ACCOUNTS, "count"),
        (C::DomainClaimStarted, "txt") => admin::CLAIM_TXT.into(),
        (C::DomainClaimStarted, _) => filled(admin::DETAIL_CODE_TO, "mailbox"),
        (C::AccountJoinedOrganization | C::AccountKeyCertified, "link") => {
            admin::DETAIL_LINK.into()
        }
        (C::AccountJoinedOrganization, "dns") => admin::DETAIL_DNS.into(),
        (C::AccountJoinedOrganization, "number") => admin::DETAIL_NUMBER.into(),
        (C::AccountKeyCertified, "compared") => admin::DETAIL_COMPARED.into(),
        (C::AccountKeyCertified, "server") => admin::DETAIL_SERVER.into(),
        _ => filled(admin::DETAIL_OTHER, "details"),
    })
}

/// Columns of the file: fixed English names, so that scripts keep working in every language of the page.
const COLUMNS: [&str; 7] = [
    "id",
    "time",
    "category",
    "actor",
    "target",
    "details",
    "network_address",
];

/// The file of all events. `iso` writes a time as ISO 8601 in UTC.
pub(crate) fn to_csv(events: &[AuditEventView], iso: impl Fn(u64) -> String) -> String {
    let mut csv = Csv::new(&COLUMNS);
    for event in events {
        csv.row(&[
            event.id.as_str(),
            &iso(event.at_ms),
            event.category.label(),
            &event.actor,
            &event.target,
            &event.details,
            &event.network_address,
        ]);
    }
    csv.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days of a calendar whose months have 31 days: enough to see which day was asked for.
    fn midnight((year, month, day): Day, later: i32) -> u64 {
        let days =
            i64::from(year) * 372 + i64::from(month) * 31 + i64::from(day) + i64::from(later);
        u64::try_from(days).unwrap()
    }

    const TODAY: Day = (2026, 3, 10);

    fn own(from: &str, until: &str) -> FilterForm {
        FilterForm {
            period: Period::Own,
            from: from.into(),
            until: until.into(),
            ..FilterForm::default()
        }
    }

    #[test]
    fn the_last_day_counts_whole() {
        let filter = own("2026-03-01", "2026-03-04")
            .filter(TODAY, midnight)
            .unwrap();
        assert_eq!(filter.from_ms, Some(midnight((2026, 3, 1), 0)));
        assert_eq!(filter.until_ms, Some(midnight((2026, 3, 5), 0)));
        assert_eq!(
            own("2026-03-04", "2026-03-01").filter(TODAY, midnight),
            Err(UntilBeforeFrom)
        );
        assert_eq!(
            own("2026-03", "").filter(TODAY, midnight).unwrap(),
            AuditFilter::default()
        );
    }

    #[test]
    fn a_week_is_seven_days_with_today() {
        let week = FilterForm {
            period: Period::Week,
            ..FilterForm::default()
        };
        assert_eq!(
            week.filter(TODAY, midnight).unwrap().from_ms,
            Some(midnight(TODAY, -6))
        );
    }

    #[test]
    fn an_open_form_leaves_nothing_out() {
        let open = FilterForm {
            period: Period::Own,
            actor: "  ".into(),
            ..FilterForm::default()
        };
        assert!(open.is_open());
        assert_eq!(
            open.filter(TODAY, midnight).unwrap(),
            AuditFilter::default()
        );
        for period in [Period::Today, Period::Week, Period::Month] {
            assert!(
                !FilterForm {
                    period,
                    ..FilterForm::default()
                }
                .is_open()
            );
        }
        assert!(!own("2026-01-01", "").is_open());
    }

    #[test]
    fn actors_are_found_in_any_case() {
        let form = FilterForm {
            actor: " Anna@ ".into(),
            ..FilterForm::default()
        };
        assert_eq!(
            form.filter(TODAY, midnight).unwrap().actor.as_deref(),
            Some("anna@")
        );
    }

    #[test]
    fn labels_and_periods_come_back_from_the_form() {
        for category in AuditCategory::ALL {
            assert_eq!(category_of(category.label()), Some(*category));
        }
        for period in Period::ALL {
            assert_eq!(Period::from_key(period.key()), period);
        }
    }

    #[test]
    fn details_are_words_of_the_page_and_unknown_ones_are_quoted() {
        let joined = AuditCategory::AccountJoinedOrganization;
        assert_eq!(details(joined, ""), None);
        assert_eq!(details(joined, "link"), Some(admin::DETAIL_LINK.into()));
        let other = Message::Filled(admin::DETAIL_OTHER, vec![("details", "newer".into())]);
        assert_eq!(details(joined, "newer"), Some(other));
    }

    #[test]
    fn the_file_has_a_line_an_event_and_runs_nothing() {
        let event = AuditEventView {
            id: "7".into(),
            at_ms: 5,
            category: AuditCategory::JoinAccountsToOrganization,
            actor: "=evil@van-dijk.example".into(),
            target: "van-dijk.example".into(),
            details: "2".into(),
            network_address: "192.0.2.14".into(),
        };
        let csv = to_csv(&[event], |ms| format!("T{ms}"));
        let lines: Vec<_> = csv.lines().collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(
            lines[1],
            r#""7","T5","Join accounts to organization","'=evil@van-dijk.example","van-dijk.example","2","192.0.2.14""#
        );
    }
}
