//! The OpenAPI 3.1 document, made from the same table that the router is made from.

use serde_json::{Map, Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use super::{Takes, schema};
use crate::room::{Answers, Needs, Room, Route};
use crate::web::Problem;

/// The document of all API routes.
pub fn document(rooms: &[&'static Room], url: &str) -> Value {
    let mut schemas: Vec<(String, RefOr<Schema>)> = Vec::new();
    schema::<Problem>(&mut schemas);
    let mut paths: Map<String, Value> = Map::new();
    for room in rooms {
        for route in room.routes.iter().filter(|r| r.answers == Answers::Api) {
            let operation = operation(room.name, route, &mut schemas);
            let item = paths.entry(route.path).or_insert_with(|| json!({}));
            item[route.method.to_lowercase()] = operation;
        }
    }
    let mut components: Map<String, Value> = Map::new();
    for (name, schema) in schemas {
        components.insert(name, serde_json::to_value(schema).unwrap_or_default());
    }
    super::merge::merge(&mut components);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "bellwether",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Everything that the pages do. Errors are RFC 9457 problem documents. Writes take an Idempotency-Key.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": url }],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "description": "A service token" },
                "session": { "type": "apiKey", "in": "cookie", "name": "session", "description": "A signed-in person" },
            },
        },
        "security": [{ "token": [] }, { "session": [] }],
    })
}

fn operation(room: &str, route: &Route, schemas: &mut Vec<(String, RefOr<Schema>)>) -> Value {
    let Some(doc) = route.doc else { return json!({}) };
    let mut parameters: Vec<Value> = path_parameters(route.path)
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    for p in doc.query {
        let schema = match p.takes {
            Takes::Text => json!({ "type": "string" }),
            Takes::UpTo(most) => json!({ "type": "integer", "minimum": 1, "maximum": most }),
        };
        parameters.push(json!({ "name": p.name, "in": "query", "required": p.required, "description": p.about, "schema": schema }));
    }
    let writes = route.method != "GET";
    if writes {
        parameters.push(json!({ "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "A repeated call with the same key gets the same answer and changes nothing",
            "schema": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$" } }));
    }
    let mut responses = Map::new();
    let success = match doc.answer {
        Some(answer) => {
            let reference = serde_json::to_value(answer(schemas)).unwrap_or_default();
            json!({ "description": "Done", "content": { doc.media: { "schema": reference } } })
        }
        None => json!({ "description": "Done" }),
    };
    responses.insert(doc.status.to_string(), success);
    let problem = |text: &str| {
        json!({ "description": text, "content": { "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" } } } })
    };
    let mut fails = vec![(400, "Cannot be read"), (422, "Has faults"), (503, "Busy")];
    if !matches!(route.needs, Needs::Nobody) {
        fails.push((401, "Not signed in"));
        fails.push((403, "Not allowed"));
    }
    if route.path.contains('{') {
        fails.push((404, "Not found"));
    }
    if writes {
        fails.extend([
            (404, "Something named in the body does not exist"),
            (409, "In conflict with what is stored"),
            (413, "Too large"),
            (415, "Unknown media type"),
        ]);
    }
    for (status, text) in fails {
        responses.entry(status.to_string()).or_insert_with(|| problem(text));
    }
    let mut out = json!({
        "operationId": operation_id(route),
        "summary": doc.summary,
        "tags": [room],
        "parameters": parameters,
        "responses": responses,
    });
    if let Some(body) = doc.body {
        let reference = serde_json::to_value(body(schemas)).unwrap_or_default();
        out["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": reference } } });
    }
    if matches!(route.needs, Needs::Nobody) {
        out["security"] = json!([]);
    }
    out
}

fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// `get_teams_team`: stable, from method and path.
fn operation_id(route: &Route) -> String {
    let path = route.path.trim_start_matches("/api/v1/").replace(['{', '}'], "").replace(['/', '-', '.'], "_");
    format!("{}_{path}", route.method.to_lowercase())
}
