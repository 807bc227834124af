//! The rules of ARCHITECTURE.md, checked on the sources as text. A rule is a function over paths and texts, so that beside
//! each test of today's sources stands one that a made-up violation is found.

mod code;
mod source;

mod acts;
mod drawn;
mod glossary;
mod layers;
mod links;
mod manifests;
mod reference;
mod released;
mod routes;
mod size;
mod sql;
mod tables;
mod words;
