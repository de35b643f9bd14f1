//! The process of one configuration, as the one that asks it sees it: the same program, started once more.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::error::{Error, Result};
use super::message::{Reply, Request};

/// A running process; it ends with its value.
pub struct WorkerProcess {
    child: Child,
    requests: Option<ChildStdin>,
    replies: BufReader<ChildStdout>,
    name: String,
}

impl WorkerProcess {
    /// Starts `program` with `arguments`, after which it reads requests; `name` is the configuration's.
    ///
    /// # Errors
    /// If the process cannot be started.
    pub fn start(program: &Path, arguments: &[OsString], name: String) -> Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(Error::file(program))?;
        let (requests, replies) = (child.stdin.take(), child.stdout.take());
        let Some(replies) = replies else {
            return Err(Error::Asked("the process that measures has no output".to_owned()));
        };
        Ok(Self {
            child,
            requests,
            replies: BufReader::new(replies),
            name,
        })
    }

    /// Sends a request and waits for its reply.
    ///
    /// # Errors
    /// If it cannot be done, or the process has ended.
    pub fn ask(&mut self, request: &Request) -> Result<Reply> {
        let configuration = self.name.clone();
        let failed = |message: String| Error::Configuration { configuration, message };
        // Before anything is sent: the process waits for a whole line, and would wait for ever for the rest of half a one.
        let mut sent = match serde_json::to_vec(request) {
            Ok(sent) => sent,
            Err(error) => return Err(failed(format!("what to measure cannot be handed over: {error}"))),
        };
        sent.push(b'\n');
        let mut line = String::new();
        let mut exchange = || -> std::io::Result<usize> {
            if let Some(requests) = &mut self.requests {
                requests.write_all(&sent)?;
                requests.flush()?;
            }
            self.replies.read_line(&mut line)
        };
        match exchange() {
            Ok(read) if read > 0 => {}
            // A broken pipe and an end of file are one thing: the process is gone.
            _ => return Err(failed(self.how_it_ended())),
        }
        match serde_json::from_str(&line) {
            Ok(Reply::Failed(message)) => Err(failed(message)),
            Ok(reply) => Ok(reply),
            Err(error) => Err(failed(format!("the process that measures gave no reply: {error}"))),
        }
    }

    /// That a reply is of another kind than was asked for.
    pub fn out_of_step(&self) -> Error {
        Error::Configuration {
            configuration: self.name.clone(),
            message: "the process that measures gave another reply than was asked for".to_owned(),
        }
    }

    fn how_it_ended(&mut self) -> String {
        // One that still lives waits for the end of its input.
        drop(self.requests.take());
        let how = match self.child.wait() {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        format!("the process that measures it ended ({how}); where it was killed, memory may have run out")
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        // The end of its input is its sign to end.
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}
