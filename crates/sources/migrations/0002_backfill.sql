-- Filling in the past, when somebody asks for it: `backfill_at` and `backfill_by` say who asked and when, until it has ended;
-- `backfilled_at` and `backfill_message` how the last one ended. A run that filled in the past says from when on.
ALTER TABLE source ADD COLUMN backfill_at BIGINT;
ALTER TABLE source ADD COLUMN backfill_by TEXT;
ALTER TABLE source ADD COLUMN backfilled_at BIGINT;
ALTER TABLE source ADD COLUMN backfill_message TEXT;
ALTER TABLE source_run ADD COLUMN backfill_from BIGINT;
