//! Stories over small repositories made by git itself, a second slow implementation, and histories of real projects.

mod damage;
mod figures;
mod files;
mod opening;
mod oracle;
mod remote;
mod support;
