//! E-divisive beside a plain one.
