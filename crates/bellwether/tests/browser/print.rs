//! On paper: A4, upright, no more sheets than the design allows.

use kernel::db::Engine;
use serde_json::json;

use crate::driver::{Browser, Script};
use crate::sample::{SPRINT, Sample};
use crate::serving::Served;

/// How many sheets a page prints on.
async fn sheets(browser: &Browser, url: &str) -> usize {
    browser.open(url).await;
    let printed = browser.tools("Page.printToPDF", json!({ "preferCSSPageSize": true, "printBackground": false })).await;
    let text = printed["data"].as_str().unwrap_or_default();
    let pdf = base64(text);
    // Chromium writes the objects of pages uncompressed.
    let parts = [b"/Type /Page\n".as_slice(), b"/Type /Page ".as_slice(), b"/Type /Page/".as_slice()];
    let n = parts.iter().map(|part| pdf.windows(part.len()).filter(|w| w == part).count()).sum();
    assert!(n > 0, "no page in {} bytes", pdf.len());
    n
}

fn base64(text: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => Some(c - b'A'),
        b'a'..=b'z' => Some(c - b'a' + 26),
        b'0'..=b'9' => Some(c - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut out, mut bits, mut held) = (Vec::with_capacity(text.len()), 0_u32, 0_u8);
    for v in text.bytes().filter_map(value) {
        bits = (bits << 6) | u32::from(v);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from((bits >> held) & 0xff).unwrap_or(0));
        }
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_and_overviews_fit_their_sheets() {
    let Some(browser) = Browser::start(Script::On).await else { return };
    let (s, names) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    for (path, most) in [
        // With everything that a report can have at once: notices, late actions, exemptions, a matrix, questions.
        (format!("/reports/payments/{SPRINT}"), 4),
        (format!("/reports/{}/{SPRINT}", names.left_team), 3),
        (format!("/overview/{}", names.group), 4),
        (format!("/metrics/latency-p95/{}", names.team), 3),
    ] {
        let n = sheets(&browser, &served.url(&path)).await;
        assert!(n <= most, "{path} prints on {n} sheets, not {most}");
    }
    let plain = Sample::plain(Engine::Sqlite).await;
    let served = Served::start(&plain.t.app).await;
    let n = sheets(&browser, &served.url(&format!("/reports/payments/{SPRINT}"))).await;
    assert!(n <= 2, "a report by the template that groups begin with prints on {n} sheets");
    browser.end().await;
}
