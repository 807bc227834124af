-- What a group agreed about how it works together; shown on its page and at the start of its session.
ALTER TABLE review_group ADD COLUMN working_agreement TEXT NOT NULL DEFAULT '';
