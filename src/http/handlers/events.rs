//! What changes, as it changes: server-sent events, resumable.

use std::collections::VecDeque;
use std::pin::Pin;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::stream;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use crate::analytics::columns::HIDDEN;
use crate::domain::{AppealNo, Key, Kind, ProblemNo};
use crate::feed::{Announcement, Subscription};
use crate::http::call::Call;
use crate::http::problem_details::Failure;
use crate::service::filter::Invalid;
use crate::snapshot::Snapshot;
use crate::snapshot::layer::{Extra, Layer};

/// A comment is sent this often, so that proxies keep the connection and a client that went away is noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Streams announcements: `id` is the version of the world that holds the change. `event: reset` asks to load everything
/// again, because too much was missed.
pub fn stream(call: Call) -> Pin<Box<dyn Future<Output = Result<HttpResponse, Failure>>>> {
    Box::pin(async move {
        let last_seen = match &call.last_event_id {
            None => None,
            Some(id) => {
                let version = id.parse::<u64>();
                Some(version.map_err(|_| Invalid::new("Last-Event-ID", "not_a_count", id, "0…"))?)
            }
        };
        let current = call.atlas.read().snapshot.version;
        let Subscription { missed, start_over, live } = call.atlas.feed.subscribe(last_seen, current);
        let mut ready: VecDeque<Bytes> = VecDeque::from([Bytes::from_static(b"retry: 3000\n\n")]);
        if start_over {
            ready.push_back(reset(current));
        } else {
            let snapshot = call.atlas.read().snapshot;
            ready.extend(missed.iter().map(|announcement| message(&snapshot, announcement)));
        }
        let events = stream::unfold((ready, live, call), |(mut ready, mut live, call)| async move {
            if let Some(bytes) = ready.pop_front() {
                return Some((Ok::<_, std::convert::Infallible>(bytes), (ready, live, call)));
            }
            let bytes = match tokio::time::timeout(HEARTBEAT, live.recv()).await {
                Err(_) => Bytes::from_static(b": still here\n\n"),
                Ok(Ok(announcement)) => message(&call.atlas.read().snapshot, &announcement),
                Ok(Err(RecvError::Lagged(_))) => reset(call.atlas.read().snapshot.version),
                Ok(Err(RecvError::Closed)) => return None,
            };
            Some((Ok(bytes), (ready, live, call)))
        });
        Ok(HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "text/event-stream"))
            .insert_header((header::CACHE_CONTROL, "public, no-cache"))
            .streaming(events))
    })
}

fn reset(version: u64) -> Bytes {
    Bytes::from(format!("event: reset\nid: {version}\ndata: {{}}\n\n"))
}

fn message(snapshot: &Snapshot, announcement: &Announcement) -> Bytes {
    let counts: serde_json::Map<String, serde_json::Value> = announcement
        .counts
        .iter()
        .filter(|(kind, _)| is_public(*kind))
        .map(|(kind, n)| (kind.code().to_owned(), (*n).into()))
        .collect();
    let ids: Vec<String> = announcement.entities.iter().filter_map(|key| public_id(snapshot, *key)).collect();
    let data = json!({ "version": announcement.version, "counts": counts, "ids": ids });
    Bytes::from(format!("event: change\nid: {}\ndata: {data}\n\n", announcement.version))
}

fn is_public(kind: Kind) -> bool {
    !matches!(kind, Kind::Token | Kind::IdentityKey)
}

fn public_id(snapshot: &Snapshot, key: Key) -> Option<String> {
    let ids = &snapshot.dictionary.ids;
    match key.kind {
        Kind::Problem if is_shown(&snapshot.problems, key.number) => Some(ids.problem(ProblemNo(key.number))),
        Kind::Appeal if is_shown(&snapshot.appeals, key.number) => Some(ids.appeal(AppealNo(key.number))),
        _ => None,
    }
}

fn is_shown<E: Extra>(layer: &Layer<E>, number: u32) -> bool {
    let found = layer.find(number);
    found.is_some_and(|at| layer.segments()[at.part].columns.flags[at.row] & HIDDEN == 0)
}
