//! Workloads.

use std::result::Result;

use kernel::error::{Error, Faults};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{check_slug, check_url};

/// A link with a title.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TitledLink)]
pub struct Link {
    /// What it leads to: `dashboard`, `runbook`, `logs`, `alarms`, or any word.
    pub kind: String,
    /// As it is shown.
    pub title: String,
    /// `https://..`
    pub url: String,
}

/// What people say about a workload.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WorkloadBody {
    /// How important: `1` is the most.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tier: String,
    /// `experimental`, `production`, `deprecated`, or any word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub lifecycle: String,
    /// The business goal that it serves.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub goal: String,
    /// What it protects.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub protects: String,
    /// Who uses it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub users: String,
    /// What an hour without it costs: `500 to 2000 EUR`, or `not known`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub money_an_hour: String,
    /// Who builds it, if not its team.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub builds: String,
    /// Who runs it, if not its team.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub runs: String,
    /// When somebody answers.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub support_hours: String,
    /// How it passes from who builds it to who runs it, if they differ.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub hand_off: String,
    /// Dashboards, runbooks, logs, alarms.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// What delivers value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Workload {
    /// Its id.
    pub id: Id,
    /// In URLs.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
    /// The team that owns it.
    pub team: Id,
    /// What people say about it.
    #[serde(rename = "about")]
    pub body: WorkloadBody,
    /// When it was put away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Time>,
    /// Raised with each change.
    pub version: i64,
}

/// A new workload, or a changed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWorkload {
    /// As people write it.
    pub name: String,
    /// Slug of the team that owns it.
    pub team: String,
    /// In URLs; made from the name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// What people say about it.
    #[serde(default)]
    pub about: WorkloadBody,
    /// The version that the caller saw; needed for a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

impl NewWorkload {
    /// Checks what somebody typed.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self) -> Result<Self, Error> {
        let mut faults = Faults::new();
        self.name = text::name(&mut faults, "name", "The workload’s name", &self.name);
        check_slug(&mut faults, &mut self.slug, &self.name);
        let b = &mut self.about;
        for (at, text) in [
            ("tier", &mut b.tier),
            ("lifecycle", &mut b.lifecycle),
            ("goal", &mut b.goal),
            ("protects", &mut b.protects),
            ("users", &mut b.users),
            ("builds", &mut b.builds),
            ("runs", &mut b.runs),
            ("support_hours", &mut b.support_hours),
            ("hand_off", &mut b.hand_off),
        ] {
            *text = text::prose(&mut faults, &format!("about.{at}"), "The text", text);
        }
        match money(&b.money_an_hour) {
            Ok(text) => b.money_an_hour = text,
            Err(why) => faults.add("about.money_an_hour", why),
        }
        faults.check(b.links.len() <= 50, "about.links", "A workload has at most 50 links.");
        for (i, link) in b.links.iter_mut().enumerate() {
            link.title = text::name(&mut faults, &format!("about.links.{i}.title"), "The link’s title", &link.title);
            check_url(&mut faults, format!("about.links.{i}.url"), &link.url, &["https://", "http://"]);
        }
        faults.done().map(|()| self)
    }
}

/// What an hour costs, in one form: `500 to 2000 EUR`, one amount as `500 EUR`, or `not known`.
fn money(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    if text.eq_ignore_ascii_case("not known") {
        return Ok("not known".into());
    }
    let shown: String = text.chars().take(60).collect();
    let wrong = || format!("“{shown}” is no range of money. Write 500 to 2000 EUR, or not known.");
    let words: Vec<&str> = text.split_whitespace().collect();
    let amount = |w: &str| w.parse::<u64>().ok().filter(|n| *n <= 1_000_000_000_000);
    let (low, high, currency) = match words.as_slice() {
        [one, currency] => (amount(one), amount(one), *currency),
        [low, "to", high, currency] => (amount(low), amount(high), *currency),
        _ => return Err(wrong()),
    };
    let (Some(low), Some(high)) = (low, high) else { return Err(wrong()) };
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Err(wrong());
    }
    let currency = currency.to_ascii_uppercase();
    match low.cmp(&high) {
        std::cmp::Ordering::Greater => Err(format!("{low} is more than {high}. Write the smaller amount first.")),
        std::cmp::Ordering::Equal => Ok(format!("{low} {currency}")),
        std::cmp::Ordering::Less => Ok(format!("{low} to {high} {currency}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_a_range_an_amount_or_not_known() {
        assert_eq!(money(" 500  to 2000 eur").unwrap(), "500 to 2000 EUR");
        assert_eq!(money("500 to 500 GBP").unwrap(), "500 GBP");
        assert_eq!(money("Not known").unwrap(), "not known");
        for bad in ["much", "9 to 3 EUR", "5 to 6", "-1 to 3 EUR", "1 to 2 EURO", "99999999999999 EUR"] {
            assert!(money(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn addresses_that_run_something_are_refused() {
        let w = NewWorkload {
            name: "A".into(),
            team: "t".into(),
            slug: None,
            version: None,
            about: WorkloadBody {
                links: vec![Link { kind: "x".into(), title: "x".into(), url: "javascript:alert(1)".into() }],
                ..WorkloadBody::default()
            },
        };
        assert!(w.check().is_err());
    }
}
