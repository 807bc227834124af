//! Routes: each states what it needs (its type makes it so); those of the API have a line in the OpenAPI document; every
//! right that a room asks for is one of people.

use bellwether::rooms;
use kernel::room::{Answers, Needs, Route};

/// What is wrong with a route; `None` if nothing.
fn fault(room: &str, r: &Route) -> Option<String> {
    let api = r.path.starts_with("/api/v1/");
    let known = ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&r.method);
    let open = matches!(r.needs, Needs::Nobody);
    let say = match (r.answers, r.doc) {
        _ if !known => "has no such method".to_owned(),
        _ if !r.path.starts_with('/') || (r.path.len() > 1 && r.path.ends_with('/')) => {
            "begins with a slash and ends without one".into()
        }
        (Answers::Api, None) => "is a route of the API without a Doc".into(),
        (Answers::Api, Some(_)) if !api => "is a route of the API outside /api/v1".into(),
        (Answers::Page, _) if api => "is a page inside /api/v1".into(),
        (Answers::Page, _) if !matches!(r.method, "GET" | "POST") => "is a form, and forms know GET and POST".into(),
        (Answers::Api, Some(d))
            if d.summary.is_empty() || d.summary.ends_with('.') || !d.summary.starts_with(char::is_uppercase) =>
        {
            "has a summary of one line, without a full stop".into()
        }
        (Answers::Api, Some(d)) if r.method == "GET" && d.body.is_some() => "reads, so it takes no body".into(),
        // What anybody may do is signing in, setting up, health, assets: none of the rooms above people.
        // A calendar program cannot sign in: the secret in the address says whose it is.
        _ if open && matches!(r.path, "/reviews/feed/{code}" | "/sessions/feed/{code}") => return None,
        // A webhook signs its body with the tracker's key; the handler looks at that first.
        _ if open && r.path == "/in/trackers/{tracker}" => return None,
        _ if open && !matches!(room, "kernel" | "people" | "home") => "lets anybody in".into(),
        _ => return None,
    };
    Some(format!("{room}: {} {} {say}", r.method, r.path))
}

fn faults(room: &str, routes: &[Route]) -> Vec<String> {
    routes.iter().filter_map(|r| fault(room, r)).collect()
}

#[test]
fn every_route_states_its_needs_and_every_api_route_its_doc() {
    let all: Vec<String> = rooms::ALL.iter().flat_map(|r| faults(r.name, r.routes)).collect();
    assert_eq!(all, [""; 0]);
    assert!(rooms::ALL.iter().map(|r| r.routes.len()).sum::<usize>() > 50);
}

#[test]
fn every_right_of_a_room_is_one_of_people() {
    let known = |key: &str| people::rights::by_key(key).is_some();
    let unknown: Vec<_> = rooms::ALL.iter().flat_map(|r| r.rights).map(|r| r.key).filter(|k| !known(k)).collect();
    assert_eq!(unknown, [""; 0]);
}

#[test]
fn a_route_without_a_rule_is_found() {
    use kernel::api::{Doc, schema};
    let handler = || axum::routing::get(|| async { "x" });
    let doc = |summary| Doc { summary, ..Doc::get("x", schema::<kernel::web::Problem>) };
    let bad = [
        Route { doc: None, ..Route::api("GET", "/api/v1/x", Needs::SignedIn, doc("List"), handler) },
        Route::api("GET", "/x", Needs::SignedIn, doc("List"), handler),
        Route::api("GET", "/api/v1/x", Needs::SignedIn, doc("list things."), handler),
        Route::page("GET", "/api/v1/x", Needs::SignedIn, handler),
        Route::page("PUT", "/x", Needs::SignedIn, handler),
        Route::page("GET", "/x/", Needs::SignedIn, handler),
        Route::page("FETCH", "/x", Needs::SignedIn, handler),
        Route::page("GET", "/x", Needs::Nobody, handler),
    ];
    for route in &bad {
        assert_eq!(faults("report", std::slice::from_ref(route)).len(), 1, "{} {}", route.method, route.path);
    }
    let good = [
        Route::page("GET", "/", Needs::SignedIn, handler),
        Route::api("GET", "/api/v1/x", Needs::SignedIn, doc("List things"), handler),
    ];
    assert_eq!(faults("report", &good), [""; 0]);
}
