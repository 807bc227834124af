-- The entry that a correction takes back: of that entry, and of the correction itself, nothing counts any more.
ALTER TABLE metric_entry ADD COLUMN undoes TEXT;
