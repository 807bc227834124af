//! Reference pages of the book are written from the code, and this test holds them against it. After a change run it with
//! `BELLWETHER_WRITE_REFERENCE=1` and read what it wrote.

use std::fmt::Write;
use std::fs;

use bellwether::cli::Cli;
use bellwether::rooms;
use clap::{Command, CommandFactory};
use kernel::error::Error;
use kernel::room::{Answers, Needs};
use people::{Role, ScopeKind, rights};

use super::source::root;

/// Says on each page whose work it is.
const NOTE: &str = "<!-- Written by a test from the code: see CONTRIBUTING.md. -->\n\n";

/// Page and text.
fn pages() -> Vec<(&'static str, String)> {
    let config = fs::read_to_string(root().join("crates/kernel/src/config.rs")).expect("the settings");
    vec![
        ("configuration.md", configuration(&config)),
        ("cli.md", cli()),
        ("rest.md", rest()),
        ("rights.md", roles_and_rights()),
        ("limits.md", limits()),
        ("problems.md", problems()),
    ]
}

/// A field of a settings struct: name, documentation.
fn fields(text: &str, name: &str) -> Vec<(String, String)> {
    let Some(begin) = text.find(&format!("pub struct {name} {{")) else { return Vec::new() };
    let body = &text[begin..begin + text[begin..].find("\n}").unwrap_or(0)];
    let (mut out, mut doc, mut renamed) = (Vec::new(), Vec::new(), None);
    for line in body.lines().skip(1).map(str::trim) {
        if let Some(words) = line.strip_prefix("///") {
            doc.push(words.trim().to_owned());
        } else if let Some((_, rest)) = line.split_once("rename = \"") {
            renamed = rest.split('"').next().map(str::to_owned);
        } else if let Some((field, _)) = line.strip_prefix("pub ").and_then(|l| l.split_once(':')) {
            out.push((renamed.take().unwrap_or_else(|| field.to_owned()), std::mem::take(&mut doc).join(" ")));
        }
    }
    out
}

fn configuration(text: &str) -> String {
    let mut out = format!(
        "{NOTE}# Configuration\n\nOne TOML file, named by `--config` or `BELLWETHER_CONFIG`; no file is needed. A setting with an \
         environment variable can be given there too: a flag beats the environment, the environment beats the file. A setting \
         that does not exist is refused by name. `bellwether check-config` prints what is in force, passwords masked, or every \
         fault with its place.\n\n| setting | what it does |\n|---|---|\n"
    );
    let sections = [("Config", ""), ("Outgoing", "outgoing."), ("Git", "git."), ("Files", "files."), ("Secret", "[[secret]] ")];
    for (name, before) in sections {
        for (field, doc) in fields(text, name) {
            let inner = sections.iter().any(|(_, b)| b.trim_end_matches(['.', ' ']).trim_matches(['[', ']']) == field);
            if !inner {
                let _ = writeln!(out, "| `{before}{field}` | {doc} |");
            }
        }
    }
    out.push_str(
        "\nTwo more variables are read by commands alone: `BELLWETHER_URL` and `BELLWETHER_TOKEN_FILE` say which server a noun \
         command speaks to, and with which token.\n\n```toml\nlisten = \"127.0.0.1:8080\"\npublic_url = \
         \"https://reports.example.org\"\ntrusted_proxies = [\"127.0.0.1\"]\n\n[outgoing]\nallow = \
         [\"prometheus.internal\"]\n\n[git]\nroots = [\"/srv/git\"]\n\n[files]\nroots = [\"/srv/figures\"]\n\n[[secret]]\nname = \"prometheus\"\nhosts = \
         [\"prometheus.internal\"]\nfile = \"/etc/bellwether/prometheus.token\"\n```\n",
    );
    out
}

fn cli() -> String {
    let mut out = format!(
        "{NOTE}# Command line\n\nNoun commands speak REST: to `BELLWETHER_URL`, else to the socket of the server that runs on the \
         data folder, else, when none runs, in process under the folder's lock. Exit code 0 is good, 1 a fault in the input or \
         the data, 2 wrong use. `--json` prints JSON; its field names stay.\n"
    );
    let mut command = Cli::command();
    command.build();
    describe(&command, &mut Vec::new(), &mut out);
    out
}

fn describe(command: &Command, above: &mut Vec<String>, out: &mut String) {
    above.push(command.get_name().to_owned());
    let path = above.join(" ");
    let arguments: Vec<_> = command.get_arguments().filter(|a| !matches!(a.get_id().as_str(), "help" | "version")).collect();
    let leaf = command.get_subcommands().next().is_none();
    if leaf || above.len() == 1 {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = write!(out, "\n## {path}\n\n{about}\n");
        let own = |global: bool| arguments.iter().filter(move |a| a.is_global_set() == global);
        let shown: Vec<_> = own(above.len() == 1).collect();
        if !shown.is_empty() {
            out.push('\n');
        }
        for a in shown {
            let value = a.get_value_names().filter(|_| a.get_action().takes_values());
            let value = value.map(|v| v.iter().map(|n| format!("<{n}>")).collect::<Vec<_>>().join(" ")).unwrap_or_default();
            let flag = a.get_long().map_or(value.clone(), |l| format!("--{l} {value}").trim_end().to_owned());
            let help = a.get_help().map(ToString::to_string).unwrap_or_default();
            let defaults: Vec<_> =
                a.get_default_values().iter().map(|d| d.to_string_lossy().into_owned()).filter(|d| !d.is_empty()).collect();
            let takes = a.get_action().takes_values();
            let default = if takes && !defaults.is_empty() { format!(" (default {})", defaults.join(" ")) } else { String::new() };
            let _ = writeln!(out, "- `{flag}`: {help}{default}");
        }
    }
    for sub in command.get_subcommands().filter(|s| s.get_name() != "help") {
        describe(sub, above, out);
    }
    above.pop();
}

fn needs(needs: Needs) -> String {
    match needs {
        Needs::Nobody => "nobody".into(),
        Needs::SignedIn => "signed in".into(),
        Needs::Everywhere(r) => format!("`{}` everywhere", r.key),
        Needs::Team(r) => format!("`{}` for the team", r.key),
        Needs::Group(r) => format!("`{}` for the group", r.key),
        Needs::Somewhere(r) => format!("`{}` somewhere; the act narrows it", r.key),
    }
}

fn rest() -> String {
    let mut out = format!(
        "{NOTE}# REST\n\nThe full description, with every field, is the OpenAPI 3.1 document that the server gives at \
         `/api/v1/openapi.json`. Bodies are JSON in UTF-8. Lists come in pages: `next` of one page is the `cursor` of the \
         following. A write with an `Idempotency-Key` can be repeated for {} hours: it gets the same answer and changes nothing. \
         Errors are [problem documents](problems.md).\n",
        kernel::api::idempotency::KEPT_HOURS
    );
    for room in rooms::ALL {
        let routes: Vec<_> = room.routes.iter().filter(|r| r.answers == Answers::Api).collect();
        if !routes.is_empty() {
            let _ = write!(out, "\n## {}\n\n| call | what it does | needs |\n|---|---|---|\n", room.name);
        }
        for r in routes {
            let summary = r.doc.map_or("", |d| d.summary);
            let _ = writeln!(out, "| `{} {}` | {summary} | {} |", r.method, r.path, needs(r.needs));
        }
    }
    out
}

fn roles_and_rights() -> String {
    let mut out = format!(
        "{NOTE}# Roles and rights\n\nRights are the union of a person's roles. A role is held for the organisation, for a group \
         (and so for its teams), or for a team, and gives its rights there. Everyone who is signed in reads everything and may \
         ask about a number.\n\n| role | held for | rights |\n|---|---|---|\n"
    );
    for role in Role::ALL {
        let held = match role.scope() {
            ScopeKind::Organisation => "the organisation",
            ScopeKind::Group => "a group",
            ScopeKind::Team => "a team",
            ScopeKind::Pillar => "a pillar",
        };
        let keys: Vec<_> = role.rights().iter().map(|r| format!("`{}`", r.key)).collect();
        let keys = if keys.is_empty() { "none yet beyond reading and asking".to_owned() } else { keys.join(", ") };
        let _ = writeln!(out, "| {} (`{}`) | {held} | {keys} |", role.title(), role.key());
    }
    out.push_str("\n| right | lets one | is for |\n|---|---|---|\n");
    for right in rights::ALL {
        let _ = writeln!(out, "| `{}` | {} | {} |", right.key, right.what, right.who);
    }
    out.push_str(
        "\nA service token has the rights that it was made with, never more than its maker has now; it ends with its maker's \
         account. Whoever owns the data folder may do everything through the owner's socket.\n",
    );
    out
}

/// What has a limit, where, and its number, taken from the constant.
fn limit_rows() -> Vec<(&'static str, String)> {
    let seconds = |d: std::time::Duration| format!("{} s", d.as_secs());
    let days = |d: std::time::Duration| match d.as_secs() / 86_400 {
        1 => "24 hours".to_owned(),
        n => format!("{n} days"),
    };
    let n = |n: usize| thousands(n as u64);
    let policy = kernel::http::Policy::default();
    vec![
        ("Body of a request (`max_body`)", format!("{} MiB", kernel::config::Config::default().max_body / 1_048_576)),
        ("Name of anything", format!("{} characters", n(kernel::text::NAME))),
        ("Free text", format!("{} characters", n(kernel::text::PROSE))),
        ("Values in one call", n(metrics::acts::BATCH)),
        ("Teams in one pasted list", n(catalogue::list::MOST)),
        ("Lines of one file of people", n(people::csv::LINES)),
        ("Sprints of one calendar", thousands(catalogue::calendar::MOST.unsigned_abs())),
        ("Rows of one template", n(report::template::MOST_ROWS)),
        ("Characters of a comment on a review", n(wellarch::comment::MOST)),
        ("Questions that one template answers", n(wellarch::template::MOST)),
        ("Templates that one review uses", n(wellarch::template::MOST_USED)),
        ("Sittings of one review", n(wellarch::sitting::MOST)),
        ("Attendees of one sitting", n(wellarch::sitting::MOST_ATTENDEES)),
        ("Addenda to one sitting", n(wellarch::sitting::MOST_ADDENDA)),
        ("Ballots below which a blind vote is not counted", wellarch::vote::LEAST.to_string()),
        ("Blind votes on one question", wellarch::vote::MOST.to_string()),
        ("Length of a session", format!("{} to {} minutes", cycle::cadence::LENGTH.0, cycle::cadence::LENGTH.1)),
        ("Sessions that stand in the calendar ahead", n(cycle::cadence::AHEAD)),
        ("Characters of a working agreement", n(cycle::agreement::LONGEST)),
        ("Questions in the box of a session", cycle::anonymous::MOST.to_string()),
        ("Answers below which feedback on a session is neither shown nor kept", cycle::anonymous::LEAST.to_string()),
        ("Hours of capacity that one statement names", thousands(cycle::capacity::MOST.unsigned_abs())),
        ("Links and attachments beside one thing", n(evidence::piece::MOST)),
        ("Size of an attachment", format!("{} MB", evidence::piece::LARGEST / 1_048_576)),
        ("Trackers in use", n(trackers::tracker::MOST)),
        ("Issues that one thing is linked to", n(trackers::issue::MOST)),
        ("An issue is read again after, while it is not done", seconds(trackers::issue::EVERY)),
        ("Characters of the text of a notice", n(cycle::notice::TEXT)),
        ("Versions of a notice", cycle::notice::VERSIONS.to_string()),
        ("Channels in use", n(messages::channel::MOST)),
        ("Mail addresses of one channel", n(messages::channel::ADDRESSES)),
        ("Keys that sign for one channel", n(messages::channel::KEYS)),
        (
            "A message is tried, before it is given up, for at least",
            format!("{} hours and {} times", messages::delivery::AGE.as_secs() / 3600, messages::delivery::TRIES),
        ),
        (
            "Wait between two tries, give or take a fifth",
            format!("{} to {} hours", seconds(kernel::outbox::FIRST_WAIT), kernel::outbox::LONGEST_WAIT.as_secs() / 3600),
        ),
        ("A receiver may ask to wait for", format!("{} hours", messages::delivery::LONGEST.as_secs() / 3600)),
        ("Handing one mail over takes at most", seconds(kernel::mail::LIMIT)),
        (
            "Text sent to Slack in one message",
            format!("{} characters in {} blocks", n(messages::format::slack::TOTAL), messages::format::slack::BLOCKS),
        ),
        ("Card sent to Teams", format!("{} KiB", messages::format::teams::BYTES / 1024)),
        ("Things that one step can make", "65,536".into()),
        ("Length of a password", format!("{} to {} characters", people::password::LEAST, people::password::MOST)),
        ("A session that is not used ends after", days(people::session::IDLE)),
        ("A session ends in any case after", days(people::session::TOTAL)),
        ("A token holds", format!("{} days, at most {}", people::token::DAYS_DEFAULT, people::token::DAYS)),
        ("An invitation holds", days(people::code::Kind::Invitation.holds())),
        ("A link for a new password holds", days(people::code::Kind::Reset.holds())),
        ("An idempotency key is remembered", format!("{} hours", kernel::api::idempotency::KEPT_HOURS)),
        ("Units of work that wait, for each of read, write and batch", n(kernel::db::QUEUE)),
        ("A unit of work that waits is refused after", seconds(kernel::db::MAX_AGE)),
        ("A read is ended after, on SQLite", seconds(kernel::db::sqlite::READ_LIMIT)),
        (
            "Units in one commit, on SQLite",
            format!("{}, or what comes within {} ms", kernel::db::sqlite::GROUP, kernel::db::sqlite::GROUP_TIME.as_millis()),
        ),
        ("Records in one seal of the trail", thousands(kernel::trail::SEAL_LIMIT.unsigned_abs())),
        ("Connections of clients at once", n(bellwether::serve::CONNECTIONS)),
        ("A fetch from a source takes at most (`outgoing.timeout_seconds`)", seconds(policy.timeout)),
        ("An answer of a source has at most (`outgoing.max_bytes`)", format!("{} MiB", policy.max_bytes / 1_048_576)),
        ("Points that are read in one Prometheus query", thousands(sources::prometheus::MOST_POINTS.unsigned_abs())),
        ("Concerns on the board", n(usize::try_from(council::acts::read::MOST_ON_BOARD).unwrap_or(0))),
        ("Stories of a concern, and results of it", format!("{} each", council::result::MOST_RESULTS)),
        ("Numbers on one side of a comparison", n(verdict::effect::MOST_A_SIDE)),
        ("An answer of a concern, and each other text of it", format!("{} characters", n(council::concern::MOST_WORDS))),
        ("Names of those who decided on a concern", n(council::moving::MOST_DECIDERS)),
        ("A concern’s baseline", format!("{} days", thousands(u64::try_from(council::concern::MOST_DAYS).unwrap_or(0)))),
        (
            "Steps of the council’s scale, and things on its checklist",
            format!(
                "{} of up to {}, {}",
                council::setting::MOST_STEPS,
                n(council::setting::MOST_STEP as usize),
                council::setting::MOST_ITEMS
            ),
        ),
    ]
}

fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

fn limits() -> String {
    let mut out = format!(
        "{NOTE}# Limits\n\nEvery limit has a number, and the error that meets it states it.\n\n| what | limit |\n|---|---|\n"
    );
    for (what, number) in limit_rows() {
        let _ = writeln!(out, "| {what} | {number} |");
    }
    out
}

fn problems() -> String {
    let t = String::new;
    let all = [
        (Error::Unreadable(t()), "bad JSON, bad UTF-8, a query string that cannot be read"),
        (Error::SignedOut, "no credential, or one that is no longer valid"),
        (Error::Forbidden(t()), "no right; the text says whose it is"),
        (Error::NotFound(t()), "no such thing"),
        (Error::Method(t()), "the address does not take this method"),
        (Error::Conflict(t()), "somebody else was faster, or the thing is not in the state that the act needs"),
        (Error::TooLarge(t()), "larger than the limit that the text states"),
        (Error::WrongMedia(t()), "a media type that the route does not take"),
        (Error::Invalid(Vec::new()), "the input has faults; `faults` names each with its place"),
        (Error::TooMany(1), "too many attempts; `Retry-After` says when again"),
        (Error::Internal(t()), "a fault of ours; `instance` finds it in the log"),
        (Error::OutcomeUnknown, "the commit was begun and its end is not known: look, or repeat with the same `Idempotency-Key`"),
        (Error::Busy, "more work than can be done in time; `Retry-After` says when again"),
        (Error::NoSpace, "the disk is full"),
    ];
    let mut out = format!(
        "{NOTE}# Problems\n\nEvery error of the API is a problem document (RFC 9457, `application/problem+json`): `type` ends with \
         the word below, `detail` says what is wrong and how to mend it, `instance` is the request's id in the log. Nothing is \
         stored by a call that ends in one, except where the table says that it is not known.\n\n| status | type ends with | \
         title | when |\n|---|---|---|---|\n"
    );
    for (error, when) in all {
        let (status, slug, title) = error.class();
        let _ = writeln!(out, "| {status} | `{slug}` | {title} | {when} |");
    }
    out
}

#[test]
fn reference_pages_say_what_the_code_says() {
    let folder = root().join("docs/src/reference");
    if kernel::config::environment("BELLWETHER_WRITE_REFERENCE").is_some() {
        fs::create_dir_all(&folder).expect("the folder of reference pages");
        for (name, text) in pages() {
            fs::write(folder.join(name), text).expect("a reference page");
        }
    }
    for (name, text) in pages() {
        let stored = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(
            stored == text,
            "docs/src/reference/{name} is not what the code says: run this test with BELLWETHER_WRITE_REFERENCE=1"
        );
    }
}

#[test]
fn settings_are_read_with_their_words() {
    let text = "pub struct Config {\n    /// One\n    /// two.\n    pub listen: A,\n    /// Names.\n    #[serde(rename = \"secret\")]\n    \
                pub secrets: B,\n}\npub struct Git {\n    /// Roots.\n    pub roots: C,\n}\n";
    let own = |s: &str| s.to_owned();
    assert_eq!(fields(text, "Config"), [(own("listen"), own("One two.")), (own("secret"), own("Names."))]);
    assert_eq!(fields(text, "Git"), [(own("roots"), own("Roots."))]);
    let page = configuration(text);
    assert!(page.contains("| `listen` | One two. |") && page.contains("| `git.roots` | Roots. |"), "{page}");
}

#[test]
fn every_setting_right_and_command_has_its_line() {
    let all = pages();
    let page = |name: &str| all.iter().find(|(n, _)| *n == name).map_or("", |(_, t)| t);
    // Settings as the program itself prints them: what is read from the source as text must not miss one.
    for line in kernel::config::Config::default().masked().lines() {
        if let Some((key, _)) = line.split_once(" = ")
            // A list of tables, whose fields have their own lines.
            && key != "secret"
        {
            assert!(page("configuration.md").contains(&format!("{key}`")), "{key}");
        }
    }
    for right in rights::ALL {
        assert!(page("rights.md").contains(&format!("| `{}` |", right.key)), "{}", right.key);
    }
    for name in Cli::command().get_subcommands().map(Command::get_name) {
        assert!(page("cli.md").contains(&format!("## bellwether {name}")), "{name}");
    }
}
