//! The page that imports: files sent by a browser, pasted text, a look before anything is stored.

use kernel::testing::{Answer, Client, TestApp};
use serde_json::Value;

use crate::imports::{estate, names};
use crate::world::{on_both, owner, with_right};

on_both! {
    a_page_shows_what_would_change_and_takes_it;
}

/// Posts a form with a file, as a browser does.
async fn upload(c: &mut Client, fields: &[(&str, &str)], file: (&str, &str)) -> Answer {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    let (name, text) = file;
    body += &format!(
        "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/yaml\r\n\r\n{text}\r\n--cut--\r\n"
    );
    let req = axum::http::Request::post("/catalogue/import")
        .header("accept", "text/html")
        .header("content-type", "multipart/form-data; boundary=cut")
        .header("sec-fetch-site", "same-origin");
    c.send(req.body(axum::body::Body::from(body)).unwrap()).await
}

async fn a_page_shows_what_would_change_and_takes_it(t: TestApp) {
    let mut owner = owner(&t);
    assert!(owner.get("/catalogue/import").await.expect(200).text.contains("type=\"file\""));
    let how = [("kind", "backstage"), ("zone", "Europe/London"), ("first_day", "2026-01-07"), ("act", "preview")];
    let text = estate() + "kind: [\n";
    // A file that cannot be read is refused with its place, and no other is lost for it.
    let shown = upload(&mut owner, &how, ("broken.yaml", &text)).await.expect(200).text;
    assert!(shown.contains("broken.yaml") && shown.contains("1 refused") && !shown.contains("Take it"), "{shown}");
    let shown = upload(&mut owner, &how, ("catalog-info.yaml", &estate())).await.expect(200).text;
    assert!(shown.contains("8 new.") && shown.contains("Take it") && shown.contains("follows from a component"), "{shown}");
    assert!(names(&mut owner, "teams").await.is_empty(), "a look stored something");
    let take = [how[0], how[1], how[2], ("act", "take"), ("file.name", "catalog-info.yaml"), ("file", &estate())];
    let taken = owner.form("/catalogue/import", &take).await.expect(200).text;
    assert!(taken.contains("Imported") && taken.contains("href=\"/workloads/checkout\""), "{taken}");
    assert_eq!(names(&mut owner, "teams").await, ["Claims Intake", "payments"]);
    // Pasted, with nothing and with a fault beside it.
    let shown = owner.form("/catalogue/import", &[how[0], ("text", &estate()), ("act", "preview")]).await.expect(200).text;
    assert!(shown.contains("Orphaned") || shown.contains("as they are"), "{shown}");
    let refused = owner.form("/catalogue/import", &[how[0], ("text", ""), ("act", "preview")]).await.expect(422).text;
    assert!(refused.contains("There is no file"), "{refused}");
    let refused = owner.form("/catalogue/import", &[how[0], ("text", "a"), ("group", "nowhere")]).await.expect(422).text;
    assert!(refused.contains("nowhere"), "{refused}");
    let sheet = [("kind", "catalogue"), ("text", "kind,name,team\nworkload,Pasted,payments\n"), ("act", "preview")];
    assert!(owner.form("/catalogue/import", &sheet).await.expect(200).text.contains("pasted.csv:2"));
    let mut reader = with_right(&t, "questions.ask", &Value::Null).await;
    reader.get("/catalogue/import").await.expect(403);
    t.end().await;
}
