#![doc = include_str!("../README.md")]

mod actions;
mod assets;
mod axis;
mod burn;
mod button;
mod dialog;
mod entry;
mod error_page;
mod facts;
mod figures;
mod fold;
mod form;
mod gallery;
mod head;
mod line;
mod matrix;
mod prevalence;
mod report_table;
mod shell;
mod signal;
mod spark;
mod sprite;
mod state;
mod steps;
mod table;
mod text;
mod xmr;
mod xmr_draw;

pub use actions::{Action, actions, days_words};
pub use assets::{Asset, CSS, ICON, JS, assets};
pub use burn::{BurnUp, burn_up};
pub use button::{Button, Weight, button, buttons, empty, views};
pub use dialog::{Danger, dangerous};
pub use entry::{EntryRow, Undo, entry_row};
pub use error_page::{Fault, error_page};
pub use facts::{FactsLook, facts};
pub use figures::{Figure, figure, maybe_figure, no_value, number, with_unit};
pub use fold::{disclosed, disclosure, fold};
pub use form::{
    Choice, Field, FieldKind, Live, alert, alert_of, choices, error_line, field, fields, fields_one, form, live_form, upload,
};
pub use gallery::{gallery, gallery_faults};
pub use head::{Columns, Head, Tight, columns, folded_section, head, more, prose, section};
pub use line::{Line, LineKind, line};
pub use matrix::{Matrix, MatrixCell, MatrixRow, matrix};
pub use maud::{Markup, PreEscaped, html};
pub use prevalence::units;
pub use report_table::{Change, Judgement, Note, ReportRow, ReportSection, change, note_text, report_table, source};
pub use shell::{ACCOUNT, APPEARANCE, Foot, Place, SIGN_IN, SIGN_OUT, Shell, Theme};
pub use signal::{Signal, signals, signals_numbered, wins};
pub use spark::{Mark, Spark, spark, spark_big};
pub use state::{STATES, State, state, state_as};
pub use steps::{StepState, steps};
pub use table::{Cell, Column, Table, table};
pub use text::{bdi, capital, count_word, count_word_capital, listed, plural, slug, times};
pub use xmr::{Stretch, Xmr, xmr};
