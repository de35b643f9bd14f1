//! A Hugging Face Hub on this machine, for tests: repositories in memory, served over HTTP/1.1 with the Hub's headers.
//! Large files are redirected to a second server, as the Hub does with its CDN. It counts what it is asked for, and
//! can be told to fail.

#![allow(dead_code, unused_imports, clippy::unwrap_used, clippy::panic)] // a test ends where it fails

mod answer;
mod fault;
mod http;
mod repo;

use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

pub use fault::Fault;
pub use repo::{COMMIT, Repo, etag};

use fault::Plan;

/// Which of the two servers was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// The Hub itself.
    Hub,
    /// Where large files are.
    Cdn,
}

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    pub server: Server,
    pub method: String,
    pub path: String,
    pub range: Option<String>,
    pub authorization: Option<String>,
}

/// The servers, up as long as the test runs.
pub struct FakeHub {
    /// Address of the Hub.
    pub url: String,
    state: Arc<State>,
}

/// What both servers share.
struct State {
    hub_url: String,
    cdn_url: String,
    repos: Mutex<Vec<Repo>>,
    plans: Mutex<Vec<Plan>>,
    requests: Mutex<Vec<Request>>,
}

impl FakeHub {
    /// A Hub with one repository.
    pub fn with(repo: Repo) -> Self {
        let (hub, cdn) = (listener(), listener());
        let url = |listener: &TcpListener| format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            hub_url: url(&hub),
            cdn_url: url(&cdn),
            repos: Mutex::new(vec![repo]),
            plans: Mutex::default(),
            requests: Mutex::default(),
        });
        for (server, listener) in [(Server::Hub, hub), (Server::Cdn, cdn)] {
            let state = Arc::clone(&state);
            thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let state = Arc::clone(&state);
                    thread::spawn(move || http::serve(&stream, server, &state));
                }
            });
        }
        Self {
            url: state.hub_url.clone(),
            state,
        }
    }

    /// Changes the repository.
    pub fn change(&self, change: impl FnOnce(&mut Repo)) {
        change(&mut self.state.repos.lock().unwrap()[0]);
    }

    /// Fails the next `times` requests by `method` whose path holds `path`.
    pub fn fail(&self, method: &str, path: &str, times: usize, fault: Fault) {
        let plan = Plan::new(method, path, times, fault);
        self.state.plans.lock().unwrap().push(plan);
    }

    /// Takes all faults back.
    pub fn mend(&self) {
        self.state.plans.lock().unwrap().clear();
    }

    /// What was asked for so far.
    pub fn requests(&self) -> Vec<Request> {
        self.state.requests.lock().unwrap().clone()
    }

    /// How many requests by `method` had `path` in their path.
    pub fn count(&self, method: &str, path: &str) -> usize {
        let asked = |request: &&Request| request.method == method && request.path.contains(path);
        self.requests().iter().filter(asked).count()
    }

    /// Forgets what was asked for.
    pub fn forget(&self) {
        self.state.requests.lock().unwrap().clear();
    }
}

fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}
