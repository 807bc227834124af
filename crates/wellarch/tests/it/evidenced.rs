//! Links and attachments beside a question: what is taken, who reads it, what a removal leaves.

use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use evidence::piece::LARGEST;
use kernel::testing::{Client, TestApp};
use serde_json::{Value, json};

use crate::reviewing::begun;
use crate::world::{owner, stored, with};

crate::on_both! {
    a_link_leads_to_an_address_or_a_thing;
    a_file_is_a_download_for_those_who_take_part;
    what_is_removed_leaves_who_and_why;
    evidence_by_form_stands_in_the_report;
}

const AT: &str = "/api/v1/workloads/ledger/reviews/small/answers/Q-01";
const QUESTION: &str = "/workloads/ledger/reviews/small/questions/Q-01";

fn file(name: &str, bytes: &[u8]) -> Value {
    json!({ "name": name, "base64": STANDARD.encode(bytes) })
}

async fn a_link_leads_to_an_address_or_a_thing(t: TestApp) {
    begun(&t).await;
    let mut c = with(&t, "reviews.take-part", Some("checkout")).await;
    let at = format!("{AT}/links");
    for (body, place) in [
        (json!({}), "url"),
        (json!({ "url": "javascript:alert(1)" }), "url"),
        (json!({ "url": "https://example.org/a b" }), "url"),
        (json!({ "url": "https://example.org", "title": "a\nb" }), "title"),
        (json!({ "url": "https://example.org", "to": { "kind": "team", "id": "search" } }), "url"),
        (json!({ "to": { "kind": "team", "id": "nobody" } }), "to"),
        (json!({ "to": { "kind": "team", "id": "a\u{0}" } }), "to"),
        (json!({ "to": { "kind": "planet", "id": "x" } }), "to"),
    ] {
        assert_eq!(c.json("POST", &at, &body).await.expect(422).json()["faults"][0]["at"], place, "{body}");
    }
    let made = c.json("POST", &at, &json!({ "url": "https://example.org/run", "title": "Runbook" })).await.expect(201).json();
    assert_eq!(
        (&made["form"], &made["title"], &made["about"]["kind"]),
        (&json!("link"), &json!("Runbook"), &json!("review-question"))
    );
    let thing = c.json("POST", &at, &json!({ "to": { "kind": "workload", "id": "index" } })).await.expect(201).json();
    assert_eq!((&thing["title"], &thing["url"]), (&json!("Index"), &json!("/workloads/index")));
    let listed = c.get(&format!("{AT}/evidence")).await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    let (kind, id) = (made["about"]["kind"].as_str().unwrap(), made["about"]["id"].as_str().unwrap());
    assert_eq!(c.get(&format!("/api/v1/evidence?kind={kind}&id={id}")).await.expect(200).json(), listed);
    assert_eq!(c.get(&format!("/api/v1/evidence/{}", made["id"].as_str().unwrap())).await.expect(200).json(), made);
    let mut search = with(&t, "reviews.take-part", Some("search")).await;
    search.json("POST", &at, &json!({ "url": "https://example.org" })).await.expect(403);
    c.json("POST", "/api/v1/workloads/ledger/reviews/small/answers/Q-99/links", &json!({ "url": "https://example.org" }))
        .await
        .expect(404);
    for _ in 2..100 {
        c.json("POST", &at, &json!({ "url": "https://example.org" })).await.expect(201);
    }
    c.json("POST", &at, &json!({ "url": "https://example.org" })).await.expect(413);
    t.end().await;
}

async fn a_file_is_a_download_for_those_who_take_part(t: TestApp) {
    begun(&t).await;
    let mut c = with(&t, "reviews.take-part", Some("checkout")).await;
    let at = format!("{AT}/attachments");
    for (body, place) in [
        (file("a.exe", b"MZ"), "file"),
        (file("a.html", b"<script>"), "file"),
        (file("a.pdf", b"no pdf"), "file"),
        (file("a.txt", b""), "file"),
        (file("", b"x"), "name"),
        (file("", b""), "file"),
        (json!({ "name": "a.txt", "base64": "***" }), "base64"),
    ] {
        assert_eq!(c.json("POST", &at, &body).await.expect(422).json()["faults"][0]["at"], place, "{body}");
    }
    // At the limit it is taken, one byte beyond it is refused; nothing of it is stored.
    let mut whole = vec![b'x'; LARGEST + 1];
    c.json("POST", &at, &file("large.txt", &whole)).await.expect(413);
    assert_eq!(c.get(&format!("{AT}/evidence")).await.expect(200).json()["items"], json!([]));
    whole.pop();
    let made = c.json("POST", &at, &file("large.txt", &whole)).await.expect(201).json();
    assert_eq!((&made["bytes"], &made["media"]), (&json!(LARGEST), &json!("text/plain; charset=utf-8")));
    let path = format!("/evidence/{}/file", made["id"].as_str().unwrap());
    let got = c.get(&path).await.expect(200);
    assert_eq!(got.text.len(), LARGEST);
    for (header, value) in [
        ("content-disposition", "attachment; filename=\"large.txt\"; filename*=UTF-8''large.txt"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, no-store"),
    ] {
        assert_eq!(got.headers[header], value);
    }
    let pdf: Vec<u8> = [&b"%PDF-1.7"[..], &(0..=255).cycle().take(100_000).collect::<Vec<u8>>()].concat();
    let made = c.json("POST", &at, &file("Pl\u{e4}ne.pdf", &pdf)).await.expect(201).json();
    let digest = kernel::trail::merkle::hex_digest(&pdf);
    assert_eq!(made["digest"], digest.as_str());
    let path = format!("/evidence/{}/file", made["id"].as_str().unwrap());
    let sent = t.client();
    let mut req = Request::get(&path).body(Body::empty()).unwrap();
    req.headers_mut().insert("authorization", format!("Bearer {}", c.bearer.as_ref().unwrap()).parse().unwrap());
    let response = tower::ServiceExt::oneshot(kernel::web::router(sent.app()), req).await.unwrap();
    assert_eq!(axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap(), pdf, "byte for byte");
    // Everybody sees that there is a file; it is for those who take part in reviews of the team.
    let mut search = with(&t, "reviews.take-part", Some("search")).await;
    assert_eq!(search.get(&format!("{AT}/evidence")).await.expect(200).json()["items"].as_array().unwrap().len(), 2);
    search.get(&path).await.expect(403);
    t.client().get(&path).await.expect(401);
    c.get("/evidence/nothing/file").await.expect(404);
    t.end().await;
}

async fn what_is_removed_leaves_who_and_why(t: TestApp) {
    begun(&t).await;
    let mut c = with(&t, "reviews.take-part", Some("checkout")).await;
    let made = c.json("POST", &format!("{AT}/attachments"), &file("a.txt", b"secret words")).await.expect(201).json();
    let one = format!("/api/v1/evidence/{}", made["id"].as_str().unwrap());
    let mut search = with(&t, "reviews.take-part", Some("search")).await;
    search.json("POST", &format!("{one}/removal"), &json!({ "reason": "no" })).await.expect(403);
    c.json("POST", &format!("{one}/removal"), &json!({ "reason": " " })).await.expect(422);
    let gone = c.json("POST", &format!("{one}/removal"), &json!({ "reason": "It names a customer." })).await.expect(200).json();
    assert_eq!(
        gone["removed"],
        json!({ "by": "reviews.take-part checkout", "at": "2026-11-17T15:33:00Z", "reason": "It names a customer." })
    );
    c.json("POST", &format!("{one}/removal"), &json!({ "reason": "again" })).await.expect(409);
    c.get(&format!("/evidence/{}/file", made["id"].as_str().unwrap())).await.expect(404);
    let all = stored(&t, &["evidence", "trail"]).await;
    assert_eq!(all["evidence_part"], [""; 0], "the bytes are gone");
    let digest = made["digest"].as_str().unwrap();
    assert!(all["trail_payload"].iter().any(|r| r.contains("digest") && r.contains(digest)), "the trail keeps the digest");
    assert!(owner(&t).get(QUESTION).await.expect(200).text.contains("It names a customer."));
    t.end().await;
}

async fn evidence_by_form_stands_in_the_report(t: TestApp) {
    begun(&t).await;
    let mut c = owner(&t);
    let csrf = Client::csrf(&c.get(QUESTION).await.expect(200).text);
    let refused =
        c.form(&format!("{QUESTION}/links"), &[("csrf", &csrf), ("form", "link"), ("url", "kept<x>")]).await.expect(422).text;
    assert!(refused.contains("That is no address") && refused.contains("kept&lt;x&gt;"), "{refused}");
    let link = [("csrf", csrf.as_str()), ("form", "link"), ("url", "https://example.org/b"), ("title", "Game day <1>")];
    c.form(&format!("{QUESTION}/links"), &link).await.expect(303);
    let upload = |name: &str, bytes: &[u8]| {
        let head = format!(
            "--B\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--B\r\nContent-Disposition: form-data; name=\"form\"\r\n\r\nfile\r\n--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, b"\r\n--B--\r\n"].concat();
        let req =
            Request::post(format!("{QUESTION}/attachments")).header("accept", "text/html").header("sec-fetch-site", "same-origin");
        req.header("content-type", "multipart/form-data; boundary=B").body(Body::from(body)).unwrap()
    };
    assert!(c.send(upload("a.svg", b"<svg/>")).await.expect(422).text.contains("cannot be attached"));
    assert!(c.send(upload("", b"")).await.expect(422).text.contains("No file was chosen"));
    c.send(upload("large.txt", &vec![b'x'; LARGEST + 1])).await.expect(413);
    c.send(upload("plan.png", b"\x89PNG\r\n\x1a\n\x00\xff")).await.expect(303);
    let page = c.get(QUESTION).await.expect(200).text;
    assert!(page.contains("Game day &lt;1&gt;") && page.contains("plan.png") && page.contains("/file\""), "{page}");
    let report = c.get("/workloads/ledger/reviews/small/report").await.expect(200).text;
    assert!(
        report.contains("Evidence: ") && report.contains("<a href=\"https://example.org/b\"") && report.contains("plan.png"),
        "{report}"
    );
    let removal = page.split("action=\"").find(|p| p.starts_with("/evidence/")).unwrap().split('"').next().unwrap().to_owned();
    let reason = [("csrf", csrf.as_str()), ("back", QUESTION), ("reason", "old")];
    assert_eq!(c.form(&removal, &reason).await.expect(303).location(), QUESTION);
    let away = [("csrf", csrf.as_str()), ("back", "//evil.example"), ("reason", "old")];
    let other =
        page.split("action=\"").filter(|p| p.starts_with("/evidence/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(c.form(&other, &away).await.expect(303).location(), "/");
    t.end().await;
}
