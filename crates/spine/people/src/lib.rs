//! Accounts, roles, rights, sessions, tokens
