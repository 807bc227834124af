-- The outbox keeps order within a lane, knows when it gave up, and keeps what somebody said of a message that was given up.

-- `lane` is where a message goes: one that waits holds back those behind it. Empty: it waits for nobody. A message is waiting,
-- sent, or given up; one that was given up waits again when somebody asks for it, or is dropped with the reason in `note`.
ALTER TABLE outbox ADD COLUMN lane TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN given_up_at BIGINT;
ALTER TABLE outbox ADD COLUMN dropped_at BIGINT;
ALTER TABLE outbox ADD COLUMN note TEXT NOT NULL DEFAULT '';
DROP INDEX outbox_due;
CREATE INDEX outbox_waiting ON outbox (kind, lane, id) WHERE sent_at IS NULL AND given_up_at IS NULL;
CREATE INDEX outbox_lane ON outbox (kind, lane, id);
CREATE INDEX outbox_given_up ON outbox (kind, id) WHERE given_up_at IS NOT NULL AND dropped_at IS NULL;
