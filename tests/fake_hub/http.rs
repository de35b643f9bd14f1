//! Just enough of HTTP/1.1: requests without a body, answers with a length, several on one connection.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use super::answer::{Answer, answer};
use super::{Fault, Request, Server, State};

/// Answers the requests of one connection.
pub fn serve(stream: &TcpStream, server: Server, state: &State) {
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader, server) {
        state.requests.lock().unwrap().push(request.clone());
        let fault = {
            let mut plans = state.plans.lock().unwrap();
            plans
                .iter_mut()
                .find_map(|plan| plan.take(&request.method, &request.path))
        };
        if !send(stream, &request, fault, state) {
            return;
        }
    }
}

fn read(reader: &mut impl BufRead, server: Server) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut request = Request {
        server,
        method,
        path,
        range: None,
        authorization: None,
    };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(": ") else {
            return Some(request);
        };
        match name.to_ascii_lowercase().as_str() {
            "range" => request.range = Some(value.to_owned()),
            "authorization" => request.authorization = Some(value.to_owned()),
            _ => {}
        }
    }
}

/// Sends the answer, or what the fault makes of it; whether the connection goes on.
fn send(mut stream: &TcpStream, request: &Request, fault: Option<Fault>, state: &State) -> bool {
    let mut asked = request.clone();
    match &fault {
        Some(Fault::Hang) => return false,
        Some(Fault::Slow(time)) => thread::sleep(*time),
        Some(Fault::WholeFile) => asked.range = None,
        _ => {}
    }
    let mut answer = answer(&asked, state);
    let mut end = usize::MAX;
    let stalls = matches!(fault, Some(Fault::Stall(_)));
    match fault {
        Some(Fault::Status(status, headers)) => {
            answer = Answer::new(status);
            for (name, value) in headers {
                answer.set(name, &value);
            }
        }
        Some(Fault::Cut(bytes) | Fault::Stall(bytes)) => end = bytes,
        Some(Fault::WrongBytes) => answer.body[0] ^= 1,
        Some(Fault::WrongRange) => {
            let range = answer.header("Content-Range").unwrap().to_owned();
            let (start, rest) = range.trim_start_matches("bytes ").split_once('-').unwrap();
            let start: usize = start.parse().unwrap();
            answer.set("Content-Range", &format!("bytes {}-{rest}", start + 1));
        }
        Some(Fault::Longer(bytes)) => {
            let length = answer.body.len().checked_add_signed(bytes as isize).unwrap();
            answer.body.resize(length, 0);
        }
        Some(Fault::Body(body)) => answer.body = body.as_bytes().to_vec(),
        Some(Fault::Header(name, value)) => {
            answer.headers.retain(|(other, _)| other != name);
            value.iter().for_each(|value| answer.set(name, value));
        }
        _ => {}
    }
    let mut head = format!("HTTP/1.1 {} X\r\n", answer.status);
    for (name, value) in &answer.headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    write!(head, "Content-Length: {}\r\n\r\n", answer.body.len()).unwrap();
    let body = if request.method == "HEAD" {
        &[][..]
    } else {
        &answer.body
    };
    let sent = &body[..body.len().min(end)];
    let written = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(sent));
    if stalls {
        thread::sleep(Duration::from_secs(2));
    }
    written.is_ok() && sent.len() == body.len()
}
