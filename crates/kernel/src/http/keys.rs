//! Secrets that are no header: complete addresses that are sent to, keys that sign and are never sent, and how what came in is
//! checked with them.

use super::request::parse;
use super::secret::bound_to;
use super::{HttpError, Secret, SecretScheme, gate};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use url::Url;

/// The mark of a key of Standard Webhooks; what follows is the key in Base64.
const STANDARD_KEY: &str = "whsec_";

/// Addresses, keys and log-ins by name.
#[derive(Default)]
pub(super) struct Keys {
    addresses: Vec<(String, Url)>,
    keys: Vec<(String, Vec<u8>)>,
}

impl Keys {
    /// Takes one that is an address or a key; false if it is neither.
    pub(super) fn take(&mut self, secret: &Secret) -> Result<bool, HttpError> {
        let refuse = |why: &str| HttpError::Secret { name: secret.name.clone(), why: why.to_owned() };
        match secret.scheme {
            SecretScheme::Address => {
                let url = parse(&secret.value).map_err(|_| refuse("its value is no complete address such as https://host/path"))?;
                if url.scheme() != "https" && !gate::is_this_machine(&url) {
                    return Err(refuse("its address is http, where anybody on the way can read it; use https"));
                }
                if !bound_to(secret, &url)? {
                    return Err(refuse("its address is on none of its hosts; correct one of the two"));
                }
                self.addresses.push((secret.name.clone(), url));
            }
            SecretScheme::Key => {
                let key = match secret.value.strip_prefix(STANDARD_KEY) {
                    None => secret.value.as_bytes().to_vec(),
                    Some(text) => STANDARD.decode(text).map_err(|_| refuse("what follows whsec_ is not Base64"))?,
                };
                if key.len() < 16 {
                    return Err(refuse("a key that signs has at least 16 bytes"));
                }
                self.keys.push((secret.name.clone(), key));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub(super) fn address(&self, name: &str) -> Result<&Url, HttpError> {
        self.addresses.iter().find(|(n, _)| n == name).map(|(_, url)| url).ok_or_else(|| HttpError::Secret {
            name: name.to_owned(),
            why: "no secret of this name with the scheme address is defined in the configuration".to_owned(),
        })
    }

    fn mac(&self, name: &str, message: &[u8]) -> Result<Hmac<Sha256>, HttpError> {
        let missing = || HttpError::Secret {
            name: name.to_owned(),
            why: "no secret of this name with the scheme key is defined in the configuration".to_owned(),
        };
        let key = self.keys.iter().find(|(n, _)| n == name).map(|(_, key)| key).ok_or_else(missing)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| missing())?;
        mac.update(message);
        Ok(mac)
    }

    /// HMAC-SHA256 (RFC 2104) of a message.
    pub(super) fn sign(&self, name: &str, message: &[u8]) -> Result<Vec<u8>, HttpError> {
        Ok(self.mac(name, message)?.finalize().into_bytes().to_vec())
    }

    /// Whether a signature is that of a message; the comparison takes the same time for each wrong one.
    pub(super) fn verifies(&self, name: &str, message: &[u8], signature: &[u8]) -> Result<bool, HttpError> {
        Ok(self.mac(name, message)?.verify_slice(signature).is_ok())
    }

    /// Whether a text is the key itself, for senders that send it instead of a signature.
    pub(super) fn is(&self, name: &str, text: &str) -> Result<bool, HttpError> {
        // Compared as signatures of it, so that length and place of the first difference do not show.
        let own = self.keys.iter().find(|(n, _)| n == name).map(|(_, key)| key.clone()).unwrap_or_default();
        let (a, b) = (self.sign(name, &own)?, self.sign(name, text.as_bytes())?);
        Ok(bool::from(a.ct_eq(&b)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(value: &str, hosts: &[&str], scheme: SecretScheme) -> Secret {
        Secret { name: "hook".into(), value: value.into(), hosts: hosts.iter().map(|h| (*h).to_owned()).collect(), scheme }
    }

    fn keys(value: &str) -> Keys {
        let mut keys = Keys::default();
        assert!(keys.take(&secret(value, &[], SecretScheme::Key)).unwrap());
        keys
    }

    #[test]
    fn a_signature_is_that_of_the_published_example() {
        // GitHub documents this secret, payload and signature for X-Hub-Signature-256.
        let keys = keys("It's a Secret to Everybody");
        let signature = hex::decode("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17").unwrap();
        assert_eq!(keys.sign("hook", b"Hello, World!").unwrap(), signature);
        assert!(keys.verifies("hook", b"Hello, World!", &signature).unwrap());
        assert!(!keys.verifies("hook", b"Hello, World?", &signature).unwrap());
        assert!(!keys.verifies("hook", b"Hello, World!", &signature[..31]).unwrap());
        assert!(keys.is("hook", "It's a Secret to Everybody").unwrap());
        for wrong in ["", "It's a Secret", "It's a Secret to Everybody!"] {
            assert!(!keys.is("hook", wrong).unwrap(), "{wrong}");
        }
        assert!(keys.sign("other", b"x").is_err());
    }

    #[test]
    fn a_key_of_standard_webhooks_is_read_from_base64() {
        // The example of the specification: id msg_p5jXN8AQM9LWM0D4loKWxJek, its time and body.
        let keys = keys("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signed = br#"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"#;
        assert_eq!(STANDARD.encode(keys.sign("hook", signed).unwrap()), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn bad_keys_and_addresses_are_refused_without_showing_them() {
        for bad in [
            secret("sh0rt", &[], SecretScheme::Key),
            secret("whsec_n0 base64", &[], SecretScheme::Key),
            secret("chat.example/T0KEN", &["chat.example"], SecretScheme::Address),
            secret("http://chat.example/T0KEN", &["chat.example"], SecretScheme::Address),
            secret("https://elsewhere.example/T0KEN", &["chat.example"], SecretScheme::Address),
            secret("https://chat.example:8443/T0KEN", &["chat.example:443"], SecretScheme::Address),
        ] {
            let error = Keys::default().take(&bad).expect_err(&format!("{bad:?}")).to_string();
            assert!(!["sh0rt", "n0 base64", "T0KEN"].iter().any(|s| error.contains(s)), "{error}");
        }
        let mut keys = Keys::default();
        assert!(keys.take(&secret("https://chat.example/T0KEN", &["chat.example"], SecretScheme::Address)).unwrap());
        assert_eq!(keys.address("hook").unwrap().path(), "/T0KEN");
        assert!(keys.address("other").is_err());
        assert!(!keys.take(&secret("x", &["a.example"], SecretScheme::Bearer)).unwrap());
    }
}
