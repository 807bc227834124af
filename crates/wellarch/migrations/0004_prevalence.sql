-- What all reviews say together is counted from memory; these find what was answered since it was last looked at.

CREATE INDEX review_answer_at ON review_answer (at);

CREATE INDEX review_lens ON review (lens);
