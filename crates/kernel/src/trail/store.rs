//! SQL of the trail. Insert only, but for `trail_pending`, which holds no evidence.

crate::sql! {
    /// A record.
    pub(crate) INSERT_RECORD = "INSERT INTO trail (id, at, actor, verb, kind, subject, reason, request, digest) \
        VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::TEXT, $9::TEXT)";
    /// Its body.
    pub(crate) INSERT_PAYLOAD = "INSERT INTO trail_payload (record, body) VALUES ($1::TEXT, $2::TEXT)";
    /// Waits for the sealer.
    pub(crate) INSERT_PENDING = "INSERT INTO trail_pending (record) VALUES ($1::TEXT)";
    /// What the sealer takes.
    pub(crate) PENDING = "SELECT t.id, t.at, t.actor, t.verb, t.kind, t.subject, t.reason, t.request, t.digest \
        FROM trail_pending p JOIN trail t ON t.id = p.record ORDER BY p.record COLLATE \"C\" LIMIT $1::BIGINT";
    /// The newest seal; read by the sealer alone, never inside a serialisable write.
    pub(crate) LAST_SEAL = "SELECT number, hash FROM trail_seal ORDER BY number DESC LIMIT 1";
    /// A seal.
    pub(crate) INSERT_SEAL = "INSERT INTO trail_seal (number, previous, root, hash, members, at) \
        VALUES ($1::BIGINT, $2::TEXT, $3::TEXT, $4::TEXT, $5::BIGINT, $6::BIGINT)";
    /// Its members.
    pub(crate) INSERT_MEMBER = "INSERT INTO trail_member (record, seal, position) VALUES ($1::TEXT, $2::BIGINT, $3::BIGINT)";
    /// Taken.
    pub(crate) DELETE_PENDING = "DELETE FROM trail_pending WHERE record = $1::TEXT";
    /// Seals in order.
    pub(crate) SEALS = "SELECT number, previous, root, hash, members, at FROM trail_seal \
        WHERE number > $1::BIGINT ORDER BY number LIMIT $2::BIGINT";
    /// Members of a run of seals, in order.
    pub(crate) MEMBERS = "SELECT m.seal, m.position, t.id, t.at, t.actor, t.verb, t.kind, t.subject, t.reason, t.request, t.digest, p.body \
        FROM trail_member m JOIN trail t ON t.id = m.record LEFT JOIN trail_payload p ON p.record = m.record \
        WHERE m.seal > $1::BIGINT AND m.seal <= $2::BIGINT ORDER BY m.seal, m.position";
    /// Records without a seal.
    pub(crate) UNSEALED = "SELECT CAST(count(*) AS BIGINT), min(t.at) FROM trail t \
        WHERE NOT EXISTS (SELECT 1 FROM trail_member m WHERE m.record = t.id)";
    /// Times of the oldest and the newest record that wait for the sealer.
    pub(crate) PENDING_TIMES = "SELECT min(t.at), max(t.at) FROM trail_pending p JOIN trail t ON t.id = p.record";
    /// Records said to wait for the sealer that are not there.
    pub(crate) PENDING_GONE = "SELECT min(p.record) FROM trail_pending p \
        WHERE NOT EXISTS (SELECT 1 FROM trail t WHERE t.id = p.record)";
    /// Members of a seal that is not there.
    pub(crate) STRAY_MEMBERS = "SELECT min(m.seal) FROM trail_member m \
        WHERE NOT EXISTS (SELECT 1 FROM trail_seal s WHERE s.number = m.seal)";
    /// One seal.
    pub(crate) SEAL = "SELECT hash FROM trail_seal WHERE number = $1::BIGINT";
    /// Removes what was recorded; the record stays.
    pub(crate) DELETE_PAYLOAD = "DELETE FROM trail_payload WHERE record = $1::TEXT";
    /// Whether a record says that the payload of another was removed.
    pub(crate) REDACTED = "SELECT id FROM trail WHERE kind = 'record' AND subject = $1::TEXT AND verb = 'redacted'";
    /// Records of a subject, newest first.
    pub(crate) OF_SUBJECT = "SELECT t.id, t.at, t.actor, t.verb, t.kind, t.subject, t.reason, t.digest, m.seal, p.body \
        FROM trail t LEFT JOIN trail_member m ON m.record = t.id LEFT JOIN trail_payload p ON p.record = t.id \
        WHERE t.kind = $1::TEXT AND t.subject = $2::TEXT AND t.id < $3::TEXT \
        ORDER BY t.id COLLATE \"C\" DESC LIMIT $4::BIGINT";
    /// All records, newest first.
    pub(crate) NEWEST = "SELECT t.id, t.at, t.actor, t.verb, t.kind, t.subject, t.reason, t.digest, m.seal, p.body \
        FROM trail t LEFT JOIN trail_member m ON m.record = t.id LEFT JOIN trail_payload p ON p.record = t.id \
        WHERE t.id < $1::TEXT ORDER BY t.id COLLATE \"C\" DESC LIMIT $2::BIGINT";
}

/// PostgreSQL's alone: true if this role holds one of the rights that were taken away.
pub(super) const MAY_CHANGE: &str = "SELECT has_table_privilege('trail', 'UPDATE, DELETE, TRUNCATE')::TEXT";
