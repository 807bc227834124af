//! The API of a Backstage on loopback, as far as a feed asks it, and what its feeds leave in the catalogue.

use serde_json::{Value, json};

use crate::far::{Far, Play};
use crate::world::World;

/// An entity with what its spec says.
pub(crate) fn entity(kind: &str, name: &str, spec: Value) -> Value {
    json!({ "apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": { "name": name, "namespace": "default" }, "spec": spec,
        "relations": [{ "type": "ownedBy", "targetRef": "group:default/a" }] })
}

/// Two teams in a group, a system, three components, one of them without a system.
pub(crate) fn estate() -> Vec<Value> {
    vec![
        entity("Group", "digital", json!({ "children": ["card", "claims"] })),
        entity("Group", "card", json!({ "children": [] })),
        entity("Group", "claims", json!({ "children": [], "profile": { "displayName": "Claims Intake" } })),
        entity("System", "checkout", json!({ "owner": "card" })),
        entity("Component", "checkout-api", json!({ "owner": "card", "system": "checkout", "lifecycle": "production" })),
        entity("Component", "fraud", json!({ "owner": "claims", "system": "checkout" })),
        entity("Component", "alone", json!({ "owner": "claims" })),
        entity("API", "checkout-rest", json!({ "owner": "card", "type": "openapi" })),
        entity("User", "grace", json!({ "memberOf": ["card"] })),
    ]
}

/// What a Backstage answers: the kinds that were asked for, so many on a page.
pub(crate) fn answers(entities: Vec<Value>, per_page: usize) -> impl Fn(&str) -> Play + Send + Sync + 'static {
    move |line: &str| {
        assert!(line.starts_with("GET /api/catalog/entities/by-query?"), "{line}");
        let query = line.split(['?', ' ']).nth(2).unwrap_or("");
        let cursor = query.split('&').find_map(|p| p.strip_prefix("cursor="));
        assert_eq!(query.contains("filter=kind%3D"), cursor.is_none(), "the cursor stands for the filter: {line}");
        let asked = |e: &&Value| matches!(e["kind"].as_str(), Some("Group" | "System" | "Component"));
        let all: Vec<&Value> = entities.iter().filter(asked).collect();
        let from = cursor.map_or(0, |c| c.strip_prefix("after-").unwrap().parse().unwrap());
        let items: Vec<&Value> = all.iter().skip(from).take(per_page).copied().collect();
        let mut info = json!({});
        if from + items.len() < all.len() {
            info["nextCursor"] = format!("after-{}", from + items.len()).into();
        }
        let body = json!({ "items": items, "totalItems": all.len(), "pageInfo": info });
        Play::Answer("200 OK", "application/json; charset=utf-8", body.to_string())
    }
}

pub(crate) async fn portal(entities: Vec<Value>) -> Far {
    Far::acting(answers(entities, 2)).await
}

impl World {
    /// Makes a feed that makes groups, and returns its slug.
    pub(crate) async fn feed(&self, name: &str, from: Value) -> String {
        let new = json!({ "name": name, "from": from, "calendar": { "zone": "UTC", "first_day": "2026-01-06" } });
        let made = self.post("/api/v1/feeds", &new).await.expect(201).json();
        made["slug"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn feed_of(&self, slug: &str) -> Value {
        self.get(&format!("/api/v1/feeds/{slug}")).await.expect(200).json()
    }

    pub(crate) async fn feed_run(&self, slug: &str) -> Value {
        self.post(&format!("/api/v1/feeds/{slug}/run"), &Value::Null).await.expect(200).json()
    }

    pub(crate) async fn preview(&self, slug: &str) -> Value {
        self.post(&format!("/api/v1/feeds/{slug}/preview"), &Value::Null).await.expect(200).json()
    }

    pub(crate) async fn feed_runs(&self, slug: &str) -> Vec<Value> {
        let page = self.get(&format!("/api/v1/feeds/{slug}/runs")).await.expect(200).json();
        page["items"].as_array().unwrap().clone()
    }

    /// One look of the job at which feeds are due; the runs that it started are awaited.
    pub(crate) async fn feed_tick(&self) {
        assert!(kernel::jobs::once(&self.t.app, &sources::ROOM.jobs[1], "test").await.unwrap());
        sources::jobs::settled(&self.t.app).await;
    }

    /// Slugs of everything of the catalogue, orphans with a mark.
    pub(crate) async fn catalogue(&self) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        let groups = self.get("/api/v1/groups?limit=500").await.expect(200).json();
        out.extend(groups["items"].as_array().unwrap().iter().map(|g| format!("groups/{}", g["slug"].as_str().unwrap())));
        let all = self.get("/api/v1/catalogue?limit=500").await.expect(200).json();
        for thing in all["items"].as_array().unwrap() {
            let gone = if thing["standing"] == "orphaned" { " gone" } else { "" };
            out.push(format!("{}s/{}{gone}", thing["kind"].as_str().unwrap(), thing["slug"].as_str().unwrap()));
        }
        out
    }

    pub(crate) async fn trail(&self) -> Vec<Value> {
        self.get("/api/v1/trail?limit=500").await.expect(200).json()["items"].as_array().unwrap().clone()
    }
}

/// What a plan does, without the places.
pub(crate) fn steps(plan: &Value) -> Vec<Value> {
    let mut out = plan["steps"].as_array().unwrap().clone();
    out.iter_mut().for_each(|s| drop(s.as_object_mut().unwrap().remove("where")));
    out.sort_by_key(ToString::to_string);
    out
}
