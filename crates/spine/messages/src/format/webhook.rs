//! Standard Webhooks: a JSON body, and three headers. The signature is HMAC-SHA256 over `id.timestamp.body`; while a secret is
//! replaced there are several, parted by blanks, and a receiver takes a message that any of them fits.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::time::Time;
use serde_json::{Value, json};

use super::Setting;
use crate::message::Message;

/// What the body says: type, time, and the message with complete addresses.
pub fn body(m: &Message, s: &Setting<'_>) -> Value {
    json!({
        "type": format!("bellwether.{}", m.topic.key()),
        "timestamp": m.made_at,
        "data": {
            "message": m.id,
            "topic": m.topic,
            "organisation": s.organisation,
            "group": m.group,
            "title": m.title,
            "blocks": m.blocks,
            "url": s.link(&m.href),
            "made_by": m.made_by,
        }
    })
}

/// The id of a delivery, the same in each try.
pub fn id(s: &Setting<'_>) -> String {
    format!("msg_{}", s.id)
}

/// Seconds since 1970, of this try.
pub fn timestamp(now: Time) -> String {
    now.micros().div_euclid(1_000_000).to_string()
}

/// What is signed.
pub fn signed(id: &str, timestamp: &str, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat()
}

/// The header over the signatures of all keys in use.
pub fn signature(signatures: &[Vec<u8>]) -> String {
    signatures.iter().map(|s| format!("v1,{}", STANDARD.encode(s))).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::sample::{SETTING, message};
    use super::*;

    #[test]
    fn what_is_signed_is_the_published_form() {
        assert_eq!(signed("msg_1", "1614265330", b"{}"), b"msg_1.1614265330.{}");
        assert_eq!(signature(&[vec![0], vec![255]]), "v1,AA== v1,/w==");
        assert_eq!(timestamp(Time(1_614_265_330_999_999)), "1614265330");
        assert_eq!(id(&SETTING), "msg_0193-0001");
        let body = body(&message(), &SETTING);
        assert_eq!((&body["type"], &body["timestamp"]), (&json!("bellwether.minutes"), &json!("2026-11-17T15:33:00Z")));
        assert_eq!(body["data"]["url"], "https://bellwether.example/b/sessions/22");
        assert_eq!(
            body["data"]["blocks"][2],
            json!({ "kind": "list", "items": ["Add jitter", "Tell [Billing](https://evil.example)"] })
        );
    }
}
