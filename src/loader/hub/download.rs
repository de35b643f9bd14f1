//! Brings one file over, whatever happens on the way: a break goes on where it was, a server that cannot go on starts
//! anew, and nothing leaves here that is not the file whose size and hash the Hub named.

use std::io::{self, Read};
use std::path::Path;

use ureq::http::StatusCode;

use super::checksum::CHUNK;
use super::client::{Client, Reply};
use super::error::{Error, Result};
use super::partial::Partial;
use super::progress::Progress;
use super::refusal::Asked;
use super::retry::{Again, Failure, Retry};

/// A try that brings so many bytes is no failure of the line, however it ends.
const FAR: u64 = 8 << 20;

/// What the Hub says of a file.
#[derive(Debug)]
pub(super) struct Remote<'a> {
    /// Where it is.
    pub url: String,
    /// Its name.
    pub name: &'a str,
    /// Its hash, or another name for exactly this content.
    pub etag: String,
    /// Its size, where that was said.
    pub size: Option<u64>,
}

/// Downloads `remote` to `blob`, by way of the file `incomplete`.
///
/// # Errors
/// If it cannot be had after all tries, is another file than the Hub named, or cannot be written.
pub(super) fn download(
    client: &Client,
    retry: &Retry,
    remote: &Remote<'_>,
    asked: &Asked<'_>,
    incomplete: &Path,
    blob: &Path,
    progress: &mut dyn Progress,
) -> Result<()> {
    let mut partial = Partial::open(incomplete, &remote.etag, remote.size)?;
    loop {
        retry.run(progress, |progress| {
            let before = partial.done();
            go_on(client, remote, asked, &mut partial, progress).map_err(|mut failure| {
                if failure.again == Again::Later && partial.done() >= before + FAR {
                    failure.again = Again::Afresh;
                }
                failure
            })
        })?;
        if partial.is_right()? {
            return partial.finish(blob);
        }
        if !partial.is_resumed() {
            partial.remove()?;
            let file = remote.name.to_owned();
            return Err(Error::WrongHash { file });
        }
        // What an earlier run left may be to blame.
        partial.restart()?;
    }
}

/// One request, from the first missing byte to the last.
fn go_on(
    client: &Client,
    remote: &Remote<'_>,
    asked: &Asked<'_>,
    partial: &mut Partial,
    progress: &mut dyn Progress,
) -> std::result::Result<(), Failure> {
    progress.bytes(remote.name, partial.done(), remote.size);
    if partial.is_whole() && partial.done() > 0 {
        return Ok(());
    }
    let mut reply = client.get(&remote.url, partial.done(), asked)?;
    place(&reply, remote, partial)?;
    let wanted = remote.size.map(|size| size - partial.done());
    if let (Some(wanted), Some(sent)) = (wanted, reply.number("content-length"))
        && wanted != sent
    {
        return Err(wrong_size(remote, partial.done() + sent).later());
    }
    let mut reader = reply.body.as_reader();
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = reader.read(&mut chunk);
        let count = read.map_err(|error| truncated(remote, partial, &reason(&error)).later())?;
        if count == 0 {
            break;
        }
        if let Some(size) = remote.size
            && partial.done() + count as u64 > size
        {
            let sent = partial.done() + count as u64;
            partial.restart()?;
            return Err(wrong_size(remote, sent).later());
        }
        partial.write(&chunk[..count])?;
        progress.bytes(remote.name, partial.done(), remote.size);
    }
    match remote.size {
        Some(size) if partial.done() < size => Err(truncated(remote, partial, "the server ended it").later()),
        _ => Ok(()),
    }
}

/// Makes sure that the bytes which follow are those from the end of `partial` on.
fn place(reply: &Reply, remote: &Remote<'_>, partial: &mut Partial) -> std::result::Result<(), Failure> {
    let problem = match reply.status {
        StatusCode::PARTIAL_CONTENT => {
            let range = reply.header("content-range").unwrap_or_default();
            let (start, total) = content_range(range);
            let fits =
                start == Some(partial.done()) && (total.is_none() || remote.size.is_none() || total == remote.size);
            if fits {
                return Ok(());
            }
            let from = partial.done();
            format!("asked for the bytes from {from} on, answered with \"{range}\"")
        }
        StatusCode::RANGE_NOT_SATISFIABLE => format!("no bytes from {} on", partial.done()),
        // All of it, from the first byte.
        _ => return Ok(partial.restart()?),
    };
    partial.restart()?;
    Err(reply.senseless(problem).later())
}

/// First byte and size in `bytes 5-9/10`; either may be missing.
pub(super) fn content_range(value: &str) -> (Option<u64>, Option<u64>) {
    let numbers = value.trim().strip_prefix("bytes ").unwrap_or_default();
    let (range, total) = numbers.split_once('/').unwrap_or((numbers, ""));
    let start = range.split_once('-').and_then(|(start, _)| start.parse().ok());
    (start, total.parse().ok())
}

fn wrong_size(remote: &Remote<'_>, sent: u64) -> Error {
    Error::WrongSize {
        file: remote.name.to_owned(),
        wanted: remote.size.unwrap_or(0),
        sent,
    }
}

fn truncated(remote: &Remote<'_>, partial: &Partial, reason: &str) -> Error {
    Error::Truncated {
        file: remote.name.to_owned(),
        done: partial.done(),
        total: remote.size,
        reason: reason.to_owned(),
    }
}

fn reason(error: &io::Error) -> String {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    match error.kind() {
        _ if matches!(inner, Some(ureq::Error::Timeout(_))) => "nothing came any more".to_owned(),
        io::ErrorKind::TimedOut => "nothing came any more".to_owned(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => "the connection was cut".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::content_range;

    #[test]
    fn ranges_are_read() {
        assert_eq!(content_range("bytes 5-9/10"), (Some(5), Some(10)));
        assert_eq!(content_range("bytes 5-9/*"), (Some(5), None));
        assert_eq!(content_range("bytes */10"), (None, Some(10)));
        assert_eq!(content_range("5-9/10"), (None, None));
        assert_eq!(content_range(""), (None, None));
    }
}
