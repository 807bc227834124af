//! Writes the gallery to standard output with the style sheet inlined, only to look at it:
//! `gallery [light|dark|system] [fault]`, or `plain` instead of a fault for the page as a server would send it.

use std::io::Write;

use html::{CSS, Foot, JS, Line, LineKind, Markup, Place, Shell, Theme, assets, gallery, gallery_faults};

const PLACES: [(Place, &str, &str); 7] = [
    (Place::Overview, "Overview", "#overview"),
    (Place::Reports, "Team reports", "#reports"),
    (Place::Session, "Review session", "#session"),
    (Place::WellArchitected, "Well-Architected", "#wellarch"),
    (Place::Council, "Council", "#council"),
    (Place::Levels, "Service levels", "#levels"),
    (Place::Incidents, "Incidents", "#incidents"),
];

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let theme = match args.next().as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    };
    let shell = shell(theme);
    let page = match args.next() {
        None => gallery(&shell),
        Some(name) if name == "plain" => return std::io::stdout().write_all(gallery(&shell).0.as_bytes()),
        Some(name) => {
            gallery_faults(&shell).into_iter().find(|(known, _)| *known == name).map_or_else(|| gallery(&shell), |(_, page)| page)
        }
    };
    std::io::stdout().write_all(inlined(&page).as_bytes())
}

fn shell(theme: Theme) -> Shell<'static> {
    Shell {
        place: Place::Reports,
        exact: true,
        live: Some("sample"),
        person: Some("Maya Okafor"),
        csrf: "sample",
        places: &PLACES,
        theme,
        palette: vec![("Raise a concern", "#concern"), ("Start an action", "#action")],
        keys: vec![("Mark the report ready", "Ctrl+Enter")],
        lines: vec![Line {
            kind: LineKind::Demo,
            lead: "Sample data".to_owned(),
            text: html::html! { "Nothing here is real." },
            act: None,
        }],
        foot: Foot {
            organisation: "Aldersey Mutual, Digital Engineering",
            data_as_of: Some("Wed 18 Nov 2026, 16:40".to_owned()),
            template: Some("Template version 7".to_owned()),
            permalink: Some("#as-of".to_owned()),
            exports: vec![("CSV", "#csv".to_owned()), ("JSON", "#json".to_owned()), ("Markdown", "#md".to_owned())],
            settings: Some("#settings"),
        },
        ..Shell::default()
    }
}

fn inlined(page: &Markup) -> String {
    let link = format!("<link rel=\"stylesheet\" href=\"{}\">", assets()[0].path);
    let script = format!("<script src=\"{}\" defer></script>", assets()[1].path);
    page.0
        .replace(&link, &format!("<style>{CSS}</style>"))
        .replace(&script, "")
        .replace("</body>", &format!("<script>{JS}</script></body>"))
}
