//! stellig reads news articles and labels, in one pass of a multilingual transformer, the **entities**, which sentences
//! make a **claim**, how **certain** that claim is, **who answers for it**, and **the words that give it away**.
//!
//! Data flows one way: [`article`] → [`sentence`] → [`window`] → [`batch`] → [`encoder`] → [`label`] → [`record`].
//! [`pipeline::run`] is that flow over many articles and threads; [`inference::Engine`] labels documents directly:
//!
//! ```no_run
//! use stellig::article::Article;
//! use stellig::document::Document;
//! use stellig::inference::Engine;
//! use stellig::loader::{DeviceChoice, Dtype, Model, ModelSource, device};
//!
//! let device = device(DeviceChoice::Cpu, |why| println!("{why}"))?;
//! let source = ModelSource::Folder("models/news-small".into());
//! let model = Model::load(&source, &device, Dtype::F32)?;
//! let engine = Engine::new(model, 1024)?;
//! let text = "Volgens de politie is de dader mogelijk gevlucht.".to_owned();
//! let document = Document::new(Article { text, ..Article::default() }, Some("nl"));
//! let (labels, _) = engine.label(&[document], &mut engine.caches())?;
//! println!("{:?}", labels[0][0].judgement.verdict().factuality);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The library holds no weights, so that what is linked against it stays small. A program of your own carries a model as `stellig` itself does
//! (`src/main.rs`): [`loader::Embedded`] with the files of a model's folder by `include_bytes!`, in [`loader::ModelSource::Embedded`].

pub mod article;
pub mod batch;
pub mod bench;
pub mod cli;
pub mod convert;
pub mod document;
mod durable;
pub mod encoder;
pub mod eval;
pub mod html;
pub mod inference;
pub mod kernel;
pub mod label;
pub mod language;
pub mod loader;
pub mod nearest;
pub mod output;
pub mod pipeline;
pub mod record;
pub mod report;
pub mod sentence;
pub mod settings;
pub mod span;
pub mod terminal;
pub mod threads;
pub mod window;
pub mod words;
