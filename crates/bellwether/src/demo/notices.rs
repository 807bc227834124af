//! Three notices to the teams of the demonstration: one that all have read, one that two are late with, one mandate under way.

use cycle::NewNotice;
use cycle::notice::{Content, NewAcknowledgement, NoticeKind};
use kernel::error::Result;
use kernel::time::Time;
use kernel::web::{App, Ctx};

use super::as_person;
use super::numbers::TEAMS;
use super::story::{FACILITATOR, mail};
use super::words::DAY;

fn day(now: Time, days: u32) -> String {
    now.plus(DAY * days).jiff().strftime("%Y-%m-%d").to_string()
}

fn content(kind: NoticeKind, title: &str, body: &str, now: Time, by: u32) -> Content {
    Content {
        kind,
        title: title.into(),
        body: body.into(),
        why: String::new(),
        to_do: String::new(),
        help: "Hana Novak, platform".into(),
        effective: String::new(),
        acknowledge_by: day(now, by),
        expires: String::new(),
        teams: Vec::new(),
        tiers: Vec::new(),
        lifecycles: Vec::new(),
        standard: String::new(),
    }
}

fn all(now: Time) -> [(Content, usize); 3] {
    let tls = Content {
        to_do: "Say by when your clients speak TLS 1.3.".into(),
        effective: day(now, 20),
        ..content(
            NoticeKind::ActionRequired,
            "TLS 1.2 is switched off at the internal gateway in three weeks",
            "From that day the gateway takes **TLS 1.3** alone. Clients built since spring speak it already.\n\n- Look at the gateway's log for your \
             clients: the field `tls_version`.\n- Who cannot move in time asks for an exemption now.",
            now,
            12,
        )
    };
    let factors = Content {
        why: "A password alone was enough to reach production in two incidents of this year.".into(),
        to_do: "Acknowledge, with a day for each workload.".into(),
        effective: day(now, 45),
        standard: "two-factors".into(),
        ..content(
            NoticeKind::Mandate,
            "Production is reached with two factors only",
            "Nobody reaches production with a password alone from that day on. What is not ready is closed until it is.",
            now,
            16,
        )
    };
    let oncall = content(
        NoticeKind::Information,
        "The on-call allowance changes with the next pay",
        "Hours at night count one and a half times. Nothing is to be done.",
        now,
        5,
    );
    [(oncall, 10), (tls, 8), (factors, 6)]
}

/// Issues them, and lets the leads of so many teams acknowledge each.
pub(super) async fn issue(app: &App) -> Result<()> {
    let facilitator = Ctx::of(as_person(app, FACILITATOR.1).await?, app.now(), "demo");
    for (content, read) in all(app.now()) {
        let kind = content.kind;
        let n = app
            .write(&facilitator, move |cx, tx| {
                let group = catalogue::store::groups(tx)?.into_iter().next().map(|g| g.slug);
                cycle::acts::notice::issue(cx, tx, &NewNotice { group, supersedes: None, content: content.clone() })
            })
            .await?;
        for (i, (team, _, _, lead)) in TEAMS.into_iter().enumerate().filter(|(i, _)| i % 10 < read) {
            let lead = Ctx::of(as_person(app, &mail(lead)).await?, app.now(), "demo");
            let asked = kind != NoticeKind::Information;
            let said = NewAcknowledgement {
                team: kernel::text::slug(team),
                version: 1,
                plan: if asked { "It is in the next sprint.".into() } else { String::new() },
                planned: if asked { day(app.now(), 10 + u32::try_from(i).unwrap_or(0)) } else { String::new() },
            };
            let number = n.number;
            app.write(&lead, move |cx, tx| cycle::acts::notice::acknowledge(cx, tx, number, &said).map(|_| ())).await?;
        }
    }
    Ok(())
}
