//! TLS to the server, with the meanings of libpq's `sslmode`.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_cert_signed_by_trust_anchor};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::config::{PgConfig, Tls};
use crate::error::{Error, Result};

/// The connector for a configuration. Reads `sslrootcert` now, so that a renewed file is seen by the next connection.
pub(super) fn connector(config: &PgConfig) -> Result<MakeRustlsConnect> {
    // Named here instead of taken from the process: a library must not depend on what somebody else has installed.
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let roots = config.root_cert.as_deref().map(roots).transpose()?.map(Arc::new);
    let verifier: Arc<dyn ServerCertVerifier> = match (config.tls, roots) {
        (Tls::VerifyFull, Some(roots)) => {
            WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider)).build().map_err(Error::internal)?
        }
        (Tls::VerifyCa | Tls::Require, Some(roots)) => Arc::new(Lenient { provider: Arc::clone(&provider), roots: Some(roots) }),
        _ => Arc::new(Lenient { provider: Arc::clone(&provider), roots: None }),
    };
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(client))
}

fn roots(path: &Path) -> Result<RootCertStore> {
    let fault = |what: &str| Error::internal(format!("sslrootcert {}: {what}", path.display()));
    let mut roots = RootCertStore::empty();
    for cert in CertificateDer::pem_file_iter(path).map_err(|e| fault(&e.to_string()))? {
        roots.add(cert.map_err(|e| fault(&e.to_string()))?).map_err(|e| fault(&e.to_string()))?;
    }
    if roots.is_empty() {
        return Err(fault("no certificate in it"));
    }
    Ok(roots)
}

/// Checks who signed, if there are roots, but not for which host: `verify-ca`, `require` and `prefer`.
#[derive(Debug)]
struct Lenient {
    provider: Arc<CryptoProvider>,
    roots: Option<Arc<RootCertStore>>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        if let Some(roots) = &self.roots {
            let algorithms = self.provider.signature_verification_algorithms.all;
            let cert = ParsedCertificate::try_from(end_entity)?;
            verify_server_cert_signed_by_trust_anchor(&cert, roots, intermediates, now, algorithms)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
