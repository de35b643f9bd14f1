//! What can be made to go wrong.

use std::time::Duration;

/// A fault of the server or of the way.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Another status, with headers.
    Status(u16, Vec<(&'static str, String)>),
    /// The connection ends after so many bytes of the body.
    Cut(usize),
    /// After so many bytes of the body nothing comes any more.
    Stall(usize),
    /// The connection ends before there is an answer.
    Hang,
    /// The first byte of the body is another one.
    WrongBytes,
    /// The part that is sent is one byte further than asked for, and says so.
    WrongRange,
    /// All is sent where a part was asked for.
    WholeFile,
    /// The body is longer by so many bytes, or shorter, and its length says so.
    Longer(i64),
    /// Another body, as if all were well.
    Body(&'static str),
    /// Another or no header.
    Header(&'static str, Option<&'static str>),
    /// The answer takes its time.
    Slow(Duration),
}

impl Fault {
    /// A status as the Hub explains it.
    pub fn hub(status: u16, code: &str, message: &str) -> Self {
        Self::Status(
            status,
            vec![
                ("X-Error-Code", code.to_owned()),
                ("X-Error-Message", message.to_owned()),
            ],
        )
    }
}

/// Which requests fail.
pub struct Plan {
    method: String,
    path: String,
    times: usize,
    fault: Fault,
}

impl Plan {
    pub fn new(method: &str, path: &str, times: usize, fault: Fault) -> Self {
        let (method, path) = (method.to_owned(), path.to_owned());
        Self {
            method,
            path,
            times,
            fault,
        }
    }

    /// The fault of this request, if it is one of those.
    pub fn take(&mut self, method: &str, path: &str) -> Option<Fault> {
        let meant = self.times > 0 && self.method == method && path.contains(&self.path);
        meant.then(|| {
            self.times -= 1;
            self.fault.clone()
        })
    }
}
