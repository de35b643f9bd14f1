//! Measuring speed: each configuration of model, number type, threads and pack size runs in a process of its own, so that
//! its memory is its own, and the processes take turns, so that what else the machine does hits all of them alike. What
//! was measured becomes [`Results`]: a table, JSON and a page. Nothing here is part of labelling.

mod compare;
mod error;
mod flops;
mod html;
mod input;
mod load;
mod machine;
#[cfg(test)]
mod made_up;
mod measure;
mod message;
mod padding;
mod plan;
mod probe;
mod results;
mod setting;
mod statistics;
mod summary;
mod table;
mod take_turns;
mod worker;
mod worker_process;

pub use compare::{Comparison, Verdict, verdict};
pub use error::{Error, Result};
pub use html::page;
pub use input::{Folder, Lengths, articles, read_sequences};
pub use plan::Plan;
pub use results::{Configuration, Results, SCHEMA};
pub use setting::{Input, Setting};
pub use statistics::{Spread, quantile};
pub use table::table;
pub use take_turns::{LogitsByType, run};
pub use worker::serve;
