//! The whole document around a page: masthead, main, foot, and the parts that only a script uses.

use maud::{DOCTYPE, Markup, html};

use crate::assets::{css_path, icon_path, js_path};
use crate::dialog::{key_list, palette};
use crate::line::{Line, first, line, script_lines};
use crate::sprite::sprite;
use crate::text::bdi;

/// Where the sign-out form is posted.
pub const SIGN_OUT: &str = "/sign-out";
/// Where somebody signs in.
pub const SIGN_IN: &str = "/sign-in";
/// The person's own account: name, password, sessions; the way to people and tokens.
pub const ACCOUNT: &str = "/account";
/// Where the appearance is chosen, by `?theme=system|light|dark`; answers with a redirect to where the person came from.
pub const APPEARANCE: &str = "/appearance";

/// The seven places of the masthead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Place {
    /// The group at a glance.
    Overview,
    /// Reports of teams.
    Reports,
    /// The live review.
    Session,
    /// Well-Architected reviews.
    WellArchitected,
    /// The council.
    Council,
    /// Service levels.
    Levels,
    /// Incidents.
    Incidents,
    /// None of them.
    #[default]
    None,
}

impl Place {
    /// The key pressed after `g` to go there.
    #[must_use]
    pub const fn key(self) -> Option<&'static str> {
        match self {
            Self::Overview => Some("o"),
            Self::Reports => Some("r"),
            Self::Session => Some("s"),
            Self::WellArchitected => Some("w"),
            Self::Council => Some("c"),
            Self::Levels => Some("l"),
            Self::Incidents => Some("i"),
            Self::None => None,
        }
    }
}

/// Appearance chosen by the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Dark ink on light paper.
    Light,
    /// Light ink on dark paper.
    Dark,
}

impl Theme {
    /// The word in addresses and cookies.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// What stands at the foot of a page. Parts that are empty are left out.
#[derive(Debug, Clone, Default)]
pub struct Foot<'a> {
    /// Organisation, and the group if there is one.
    pub organisation: &'a str,
    /// Time of the data with its zone: "Tue 17 Nov 2026, 15:33".
    pub data_as_of: Option<String>,
    /// Version of what shaped the page: "Template version 7".
    pub template: Option<String>,
    /// Address of the page as it stands now.
    pub permalink: Option<String>,
    /// Label and address of each format in which the page can be had.
    pub exports: Vec<(&'a str, String)>,
    /// Address of the page of settings.
    pub settings: Option<&'a str>,
}

/// Everything that a page needs beyond its own content.
#[derive(Debug, Clone, Default)]
pub struct Shell<'a> {
    /// Names the thing; " - bellwether" is added.
    pub title: &'a str,
    /// The place in use.
    pub place: Place,
    /// The page is the place itself, not one below it.
    pub exact: bool,
    /// Name of the person; `None` when nobody is signed in.
    pub person: Option<&'a str>,
    /// Token for the sign-out form; the same as for every form on the page.
    pub csrf: &'a str,
    /// A live page: small title, no lead.
    pub slim: bool,
    /// First run: masthead without places, only the first two parts of the foot.
    pub bare: bool,
    /// A screen that many look at from afar: type grows with it, and it has no control.
    pub wall: bool,
    /// Lines about the whole page; the most important one is shown.
    pub lines: Vec<Line>,
    /// The foot.
    pub foot: Foot<'a>,
    /// Appearance.
    pub theme: Theme,
    /// Address of server-sent events that tell when the page has changed.
    pub live: Option<&'a str>,
    /// The last of these events that the page knows of.
    pub version: &'a str,
    /// Acts that can be found without a search: label and address.
    pub palette: Vec<(&'a str, &'a str)>,
    /// Places that exist, in the order of the masthead: place, label, address.
    pub places: &'a [(Place, &'a str, &'a str)],
    /// Keys of this page, as (what they do, keys parted by spaces); they stand first in the list of keys.
    pub keys: Vec<(&'a str, &'a str)>,
    /// Page that finds without script, by `?q=`; without one the link needs the script.
    pub find: Option<&'a str>,
}

impl Shell<'_> {
    /// The whole document. `head` comes from [`crate::head`], `body` is sections.
    #[must_use]
    pub fn page(&self, head: Markup, body: Markup) -> Markup {
        let theme = (self.theme != Theme::System).then(|| self.theme.word());
        let main_class = if self.slim { "wrap slim" } else { "wrap" };
        html! {
            (DOCTYPE)
            html lang="en-GB" class=[self.wall.then_some("wall")] data-theme=[theme] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " - bellwether" }
                    link rel="icon" type="image/svg+xml" href=(icon_path());
                    link rel="stylesheet" href=(css_path());
                    script src=(js_path()) defer {}
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    (sprite())
                    (self.masthead())
                    main #main class=(main_class) tabindex="-1" data-live=[self.live] data-version=[self.live.map(|_| self.version)] { (head) (body) }
                    @if !self.wall { (self.footer()) }
                    @if !self.bare { (palette(&self.palette)) (key_list(self)) }
                }
            }
        }
    }

    fn masthead(&self) -> Markup {
        let home = self.places.first().map_or("/", |(_, _, href)| href);
        html! {
            header.mast {
                div.wrap {
                    a.mark href=(home) { "bellwether" }
                    @if !self.bare && !self.places.is_empty() {
                        nav aria-label="Main" {
                            ul {
                                @for (place, label, href) in self.places {
                                    @let current = (*place == self.place && *place != Place::None)
                                        .then_some(if self.exact { "page" } else { "true" });
                                    li { a href=(href) aria-current=[current] data-key=[place.key()] { (label) } }
                                }
                            }
                        }
                    }
                    @if !self.wall { div.who {
                        @if !self.bare {
                            a class=[self.find.is_none().then_some("js")] href=(self.find.unwrap_or("#find"))
                                data-open="find" { "Find " kbd { "/" } }
                            a.js href="#keys" data-open="keys" { "Keys " kbd { "?" } }
                        }
                        @match self.person {
                            Some(person) if self.bare => span { (bdi(person)) ", " (self.sign_out("sign out")) },
                            // On a narrow screen the place for it is the foot.
                            Some(person) => span { a href=(ACCOUNT) { (bdi(person)) } span.out { ", " (self.sign_out("sign out")) } },
                            None if self.bare => {},
                            None => a href=(SIGN_IN) { "Sign in" },
                        }
                    } }
                }
                @if let Some(shown) = first(&self.lines) { div.wrap { (line(shown)) } }
                (script_lines())
            }
        }
    }

    fn sign_out(&self, words: &str) -> Markup {
        html! {
            form action=(SIGN_OUT) method="post" {
                input type="hidden" name="csrf" value=(self.csrf);
                button.linkish type="submit" { (words) }
            }
        }
    }

    fn footer(&self) -> Markup {
        let foot = &self.foot;
        html! {
            footer.wrap {
                div.foot #page-foot data-fragment {
                    @if !foot.organisation.is_empty() { span { (bdi(foot.organisation)) } }
                    @if let Some(time) = &foot.data_as_of { span { "Data as of " (time) } }
                    @if !self.bare {
                        @if let Some(template) = &foot.template { span { (template) } }
                        @if let Some(href) = &foot.permalink { a href=(href) { "Link to this page as it stands now" } }
                        @if !foot.exports.is_empty() {
                            span.end.noprint {
                                "Export:" @for (label, href) in &foot.exports { " " a href=(href) { (label) } }
                            }
                        }
                    }
                    @if let Some(href) = foot.settings { @if !self.bare { span.noprint { a href=(href) { "Settings" } } } }
                    span.noprint {
                        "Appearance:"
                        @for theme in [Theme::System, Theme::Light, Theme::Dark] {
                            " " a href={ (APPEARANCE) "?theme=" (theme.word()) } rel="nofollow" data-set-theme=(theme.word())
                                aria-current=[(theme == self.theme).then_some("true")] { (theme.word()) }
                        }
                    }
                    @if self.person.is_some() && !self.bare { span class="only-narrow noprint" { (self.sign_out("Sign out")) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::LineKind;

    const PLACES: [(Place, &str, &str); 2] = [(Place::Overview, "Overview", "/"), (Place::Reports, "Team reports", "/reports")];

    fn draw(shell: &Shell<'_>) -> String {
        shell.page(html! {}, html! {}).into_string()
    }

    #[test]
    fn only_places_that_exist_are_drawn() {
        let shell = Shell { places: &PLACES, place: Place::Reports, exact: true, ..Shell::default() };
        let text = draw(&shell);
        assert!(text.contains("href=\"/reports\" aria-current=\"page\" data-key=\"r\">Team reports</a>"), "{text}");
        assert!(!text.contains("Council"));
        assert!(draw(&Shell { exact: false, ..shell }).contains("href=\"/reports\" aria-current=\"true\""));
    }

    #[test]
    fn at_most_one_line_is_shown() {
        let make = |kind, lead: &str| Line { kind, lead: lead.into(), text: html! {}, act: None };
        let lines = vec![make(LineKind::Demo, "sample"), make(LineKind::Undo, "dropped")];
        let text = draw(&Shell { lines, ..Shell::default() });
        assert!(text.contains("dropped") && !text.contains("sample"), "{text}");
    }

    #[test]
    fn signing_out_is_a_form_with_the_token() {
        let text = draw(&Shell { person: Some("Maya"), csrf: "tok", ..Shell::default() });
        assert!(text.contains("<form action=\"/sign-out\" method=\"post\"><input type=\"hidden\" name=\"csrf\" value=\"tok\">"));
        let text = draw(&Shell::default());
        assert!(!text.contains("/sign-out") && text.contains("href=\"/sign-in\""));
    }

    #[test]
    fn the_name_leads_to_the_account_but_not_in_the_first_run() {
        let shell = Shell { person: Some("Maya"), ..Shell::default() };
        assert!(draw(&shell).contains("<a href=\"/account\"><bdi>Maya</bdi></a>"));
        assert!(!draw(&Shell { bare: true, ..shell }).contains("/account"));
    }

    #[test]
    fn first_run_has_no_places_and_a_short_foot() {
        let foot = Foot { organisation: "O", data_as_of: Some("now".into()), template: Some("T7".into()), ..Foot::default() };
        let text = draw(&Shell { bare: true, places: &PLACES, foot, ..Shell::default() });
        assert!(!text.contains("<nav") && !text.contains("T7") && !text.contains("<dialog") && text.contains("Data as of now"));
    }

    #[test]
    fn theme_and_live_topic_stand_on_html_and_main() {
        let text = draw(&Shell { theme: Theme::Dark, live: Some("session:1"), version: "7", ..Shell::default() });
        assert!(
            text.contains("<html lang=\"en-GB\" data-theme=\"dark\">")
                && text.contains("data-live=\"session:1\" data-version=\"7\"")
        );
        assert!(draw(&Shell::default()).contains("<html lang=\"en-GB\">"));
    }
}
