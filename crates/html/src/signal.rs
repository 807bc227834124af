//! Signals: what changed, one sentence each, with the reason why it is one.

use maud::{Markup, html};

use crate::spark::{Spark, spark_big};
use crate::state::{State, state_as};
use crate::text::bdi;

/// One signal.
#[derive(Debug, Clone)]
pub struct Signal {
    /// Whose it is, set semibold.
    pub subject: String,
    /// Which part: a pillar, a date.
    pub area: Option<String>,
    /// Better, worse, stale.
    pub state: State,
    /// Another word for the state: "met again".
    pub word: Option<String>,
    /// The finding as a sentence with figures.
    pub what: String,
    /// Page behind the sentence.
    pub href: Option<String>,
    /// Why it is a signal: rule, limit, what it coincides with.
    pub why: Markup,
    /// The last periods.
    pub spark: Option<Spark>,
    /// Words below the drawing: "412 ms to **655 ms**".
    pub by: Option<Markup>,
}

/// A list of signals in the order given (worse, stale, better). At most seven belong on a page; then a link.
#[must_use]
pub fn signals(signals: &[Signal]) -> Markup {
    html! { ul.signals { @for signal in signals { (item(signal)) } } }
}

/// The same with numbers, for signals that are numbered in a chart.
#[must_use]
pub fn signals_numbered(signals: &[Signal]) -> Markup {
    html! { ol.signals { @for signal in signals { (item(signal)) } } }
}

fn item(signal: &Signal) -> Markup {
    let word = signal.word.as_deref().map_or_else(|| signal.state.word().to_lowercase(), str::to_owned);
    html! {
        li {
            p.where {
                span { b { (bdi(&signal.subject)) } @if let Some(area) = &signal.area { ", " (area) } }
                (state_as(signal.state, &word))
            }
            p.what { @match &signal.href { Some(href) => a href=(href) { (signal.what) }, None => (signal.what) } }
            p.why { (signal.why) }
            @if signal.spark.is_some() || signal.by.is_some() {
                div.pic {
                    @if let Some(values) = &signal.spark { (spark_big(values)) }
                    @if let Some(by) = &signal.by { p.by { (by) } }
                }
            }
        }
    }
}

/// Things that went well, as (sentence, who and the evidence).
#[must_use]
pub fn wins(wins: &[(String, Markup)]) -> Markup {
    html! { ul.wins { @for (sentence, by) in wins { li { p.t { (bdi(sentence)) } p.by { (by) } } } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_states_are_small_in_a_sentence() {
        let signal = Signal {
            subject: "Payments".into(),
            area: Some("Cost".into()),
            state: State::Stale,
            word: None,
            what: "w".into(),
            href: None,
            why: html! { "y" },
            spark: None,
            by: None,
        };
        let text = signals(&[signal]).into_string();
        assert!(text.contains("<b><bdi>Payments</bdi></b>, Cost"), "{text}");
        assert!(text.contains("<span>stale</span>") && !text.contains("class=\"pic\""), "{text}");
    }
}
